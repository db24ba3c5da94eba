#include "libs/http/network_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <string>

namespace callimport::http {
namespace {

bool IsPublic(const std::string& text) {
  sockaddr_storage storage{};
  if (text.find(':') == std::string::npos) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
    v4.sin_family = AF_INET;
    EXPECT_EQ(inet_pton(AF_INET, text.c_str(), &v4.sin_addr), 1);
  } else {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
    v6.sin6_family = AF_INET6;
    EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr), 1);
  }
  const bool is_public = IsPublicAddress(reinterpret_cast<const sockaddr&>(storage));
  EXPECT_EQ(IsPublicAddress(text), is_public) << text;
  return is_public;
}

TEST(NetworkAddress, OfTheInternetIsPublic) {
  for (const char* text : {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2607:f8b0::1", "::ffff:8.8.8.8",
                           "64:ff9b::808:808"}) {
    EXPECT_TRUE(IsPublic(text)) << text;
  }
}

TEST(NetworkAddress, OfThisMachineOrNetworkIsNotPublic) {
  for (const char* text : {"127.0.0.1",
                           "127.9.9.9",
                           "0.0.0.0",
                           "10.1.2.3",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "169.254.169.254",
                           "100.64.0.1",
                           "224.0.0.1",
                           "255.255.255.255",
                           "::1",
                           "::",
                           "fe80::1",
                           "fd00::1",
                           "ff02::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "64:ff9b::7f00:1",
                           "64:ff9b:1::808:808",
                           "64::808:808",
                           "2002:7f00:1::",
                           "2001:db8::1"}) {
    EXPECT_FALSE(IsPublic(text)) << text;
  }
}

TEST(NetworkAddress, ThatIsNoneIsNotPublic) {
  for (const char* text : {"", "8.8.8", "localhost", "8.8.8.8:80", "fe80::1%eth0"}) {
    EXPECT_FALSE(IsPublicAddress(std::string(text))) << text;
  }
}

}  // namespace
}  // namespace callimport::http

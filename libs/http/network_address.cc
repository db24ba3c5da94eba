#include "libs/http/network_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>

namespace callimport::http {
namespace {

struct Block {
  uint32_t network;
  int bits;
};

// Special-purpose blocks of RFC 6890 and multicast.
constexpr Block kNotPublic[] = {
    {0x00000000, 8},  {0x0A000000, 8},  {0x64400000, 10}, {0x7F000000, 8},  {0xA9FE0000, 16},
    {0xAC100000, 12}, {0xC0000000, 24}, {0xC0000200, 24}, {0xC0586300, 24}, {0xC0A80000, 16},
    {0xC6120000, 15}, {0xC6336400, 24}, {0xCB007100, 24}, {0xE0000000, 3},
};

// 64:ff9b::/96. What stands below 64:ff9b:1::/48 leads where its network wants.
constexpr uint8_t kNat64[] = {0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0};

bool IsPublic(uint32_t address) {
  return std::none_of(std::begin(kNotPublic), std::end(kNotPublic), [&](const Block& block) {
    return (address >> (32 - block.bits)) == (block.network >> (32 - block.bits));
  });
}

uint32_t Last32Bits(const uint8_t* bytes) {
  uint32_t address;
  std::memcpy(&address, bytes + 12, sizeof address);
  return ntohl(address);
}

// Only 2000::/3 is given out; what carries an IPv4 address inside is judged by that.
bool IsPublic(const in6_addr& address) {
  const uint8_t* bytes = address.s6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&address)) return IsPublic(Last32Bits(bytes));
  if (std::equal(std::begin(kNat64), std::end(kNat64), bytes)) return IsPublic(Last32Bits(bytes));
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return false;                      // 6to4
  if (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x00) return false;  // Teredo
  if (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0D && bytes[3] == 0xB8) return false;
  return (bytes[0] & 0xE0) == 0x20;
}

}  // namespace

bool IsPublicAddress(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof v4);
    return IsPublic(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    return IsPublic(v6.sin6_addr);
  }
  return false;
}

bool IsPublicAddress(const std::string& text) {
  in_addr v4;
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return IsPublic(ntohl(v4.s_addr));
  in6_addr v6;
  const std::string without_zone = text.substr(0, text.find('%'));
  return inet_pton(AF_INET6, without_zone.c_str(), &v6) == 1 && IsPublic(v6);
}

}  // namespace callimport::http

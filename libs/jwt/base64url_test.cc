#include "libs/jwt/base64url.h"

#include <gmock/gmock.h>

namespace callimport::jwt {
namespace {

using ::testing::Optional;

TEST(Base64UrlTest, RoundTripsAnyContent) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_THAT(FromBase64Url(ToBase64Url(bytes)), Optional(bytes));
    bytes += static_cast<char>(i * 37);
  }
}

TEST(Base64UrlTest, WritesWhatTheRfcWrites) {
  EXPECT_EQ(ToBase64Url("foobar"), "Zm9vYmFy");
  EXPECT_EQ(ToBase64Url("fooba"), "Zm9vYmE");
  EXPECT_EQ(ToBase64Url("foob"), "Zm9vYg");
  EXPECT_EQ(ToBase64Url("\xff\xef"), "_-8");
}

TEST(Base64UrlTest, TakesOneTextForOneContent) {
  for (const char* text :
       {"Zm9vYg==", "Zm9vYh", "Zm9vY", "Z", "Zm9 vYg", "_+8", "/-8", "Zm9vYg\n"}) {
    EXPECT_FALSE(FromBase64Url(text)) << text;
  }
}

}  // namespace
}  // namespace callimport::jwt

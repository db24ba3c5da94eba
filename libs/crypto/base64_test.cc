#include "libs/crypto/base64.h"

#include <gtest/gtest.h>

#include "libs/crypto/random.h"

namespace callimport::crypto {
namespace {

TEST(Base64Test, EqualsTheVectorsOfRfc4648) {
  const std::pair<const char*, const char*> published[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : published) {
    EXPECT_EQ(ToBase64(bytes), text);
    EXPECT_EQ(FromBase64(text), bytes);
  }
}

TEST(Base64Test, RoundTripsAnyBytes) {
  for (size_t size = 0; size < 70; ++size) {
    const std::string bytes = RandomBytes(size);
    EXPECT_EQ(FromBase64(ToBase64(bytes)), bytes);
  }
}

TEST(Base64Test, RefusesEverythingElse) {
  for (const char* text :
       {"Zg", "Zg=", "Z===", "====", " Zm9v", "Zm9v\n", "Zm 9", "Zh==", "_-_-"}) {
    EXPECT_EQ(FromBase64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace callimport::crypto

#include "libs/crypto/id_key.h"

#include <gtest/gtest.h>

namespace callimport::crypto {
namespace {

TEST(IdKeyTest, AnIdOfUsualLengthIsItsOwnKey) {
  const std::string longest(kLongestIdKey, 'x');

  EXPECT_EQ(KeyOfId("call-1"), "call-1");
  EXPECT_EQ(KeyOfId(longest), longest);
}

TEST(IdKeyTest, LongIdsThatBeginAlikeHaveKeysOfTheirOwn) {
  const std::string one = std::string(3'000, 'x') + "1";
  const std::string other = std::string(3'000, 'x') + "2";

  EXPECT_EQ(KeyOfId(one).substr(0, 7), "sha256:");
  EXPECT_EQ(KeyOfId(one).size(), 7U + 64U);
  EXPECT_EQ(KeyOfId(one), KeyOfId(one));
  EXPECT_NE(KeyOfId(one), KeyOfId(other));
}

}  // namespace
}  // namespace callimport::crypto

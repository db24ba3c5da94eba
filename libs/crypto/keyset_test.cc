#include "libs/crypto/keyset.h"

#include "libs/testing/status_matchers.h"

namespace callimport::crypto {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;

constexpr char kOnes[] = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
constexpr char kTwos[] = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
constexpr char kZeros[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

absl::StatusOr<Keyset> Parse(const std::string& text) { return ParseKeyset(Secret(text)); }

TEST(KeysetTest, TheFirstKeyIsThePrimary) {
  const auto keyset = Parse(std::string("# keys\nk2:") + kTwos + "\n\nk1:" + kOnes + "\n");

  ASSERT_THAT(keyset, IsOk());
  EXPECT_EQ(keyset->primary_id, "k2");
  EXPECT_EQ(keyset->keys.size(), 2u);
  EXPECT_EQ(keyset->keys.at("k1").Reveal(), std::string(32, '\1'));
}

TEST(KeysetTest, RefusesWhatIsMalformed) {
  for (const std::string& text :
       {std::string(), std::string("k1"), std::string("k1:short"), std::string(":") + kOnes,
        std::string("k1:") + kZeros, "k1:" + std::string(44, '!'),
        std::string("k1:") + kOnes + "\nk1:" + kTwos, "k1:" + std::string(42, 'A') + "==",
        "k1: " + std::string(43, 'A'), "k1:A=" + std::string(41, 'A') + "="}) {
    EXPECT_THAT(Parse(text), HasReason("KEYS_MALFORMED")) << text;
  }
}

TEST(KeysetTest, DoesNotRepeatTheKeyInItsComplaint) {
  const auto keyset = Parse("k1:canarycanarycanary");
  EXPECT_THAT(std::string(keyset.status().message()),
              ::testing::Not(::testing::HasSubstr("canary")));
}

}  // namespace
}  // namespace callimport::crypto

#include "services/credential-manager/sealing/key_list.h"

#include "libs/testing/status_matchers.h"

namespace callimport::credential_manager {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;

constexpr char kOnes[] = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
constexpr char kZeros[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

absl::StatusOr<KeyList> Parse(const std::string& text) { return ParseKeyList(Secret(text)); }

TEST(KeyListTest, NamesKeysHereAndInAKeyService) {
  const auto list = Parse(std::string("# keys\n\nk2:transit/callimport/3\nk1:") + kOnes + "\n");

  ASSERT_THAT(list, IsOk());
  EXPECT_EQ(list->primary_id, "k2");
  EXPECT_EQ(list->transit.at("k2").name, "callimport");
  EXPECT_EQ(list->transit.at("k2").version, 3);
  EXPECT_EQ(list->local.at("k1").Reveal(), std::string(32, '\1'));
}

TEST(KeyListTest, RefusesWhatIsMalformed) {
  const std::string key = kOnes;
  for (const std::string& text :
       {std::string(), std::string("# only words\n"), std::string("k1"), ":" + key,
        "two words:" + key, "legacy:" + key, "k1:" + key + "\nk1:" + key,
        "k1:" + key + "\nk1:transit/a/1", std::string("k1:") + kZeros, "k1:" + key + " ",
        std::string("k1:transit/callimport"), std::string("k1:transit/callimport/0"),
        std::string("k1:transit/callimport/1x"), std::string("k1:transit//1"),
        std::string("k1:transit/../sys/1"), "k1:" + key.substr(0, 40)}) {
    EXPECT_THAT(Parse(text), HasReason("KEYS_MALFORMED")) << text;
  }
}

TEST(KeyListTest, SaysWhichLineAndNothingOfIt) {
  const auto list = Parse(std::string("k1:") + kOnes + "\nk2:canarycanarycanary");
  EXPECT_THAT(std::string(list.status().message()), ::testing::HasSubstr("line 2"));
  EXPECT_THAT(std::string(list.status().message()), ::testing::Not(::testing::HasSubstr("canary")));
}

}  // namespace
}  // namespace callimport::credential_manager

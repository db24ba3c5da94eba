#include "services/adapter-gateway/vendor/contract_sentinel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/testing/fake_clock.h"

namespace callimport::adapter_gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ContractSentinelTest : public ::testing::Test {
 protected:
  void Look(const std::string& path, const std::string& answer) {
    sentinel_.Look(path, *json::Document::Parse(answer));
  }
  void LookAt(int pages, const std::string& answer) {
    for (int page = 0; page < pages; ++page) Look("/v2/calls?cursor=x", answer);
  }

  testing::FakeClock clock_;
  ContractSentinel sentinel_{"drift",
                             {{"/v2/calls", "calls", "metaData.id"},
                              {"/v2/calls", "calls", "metaData.started"},
                              {"/media", "", "url"}},
                             clock_};
};

TEST_F(ContractSentinelTest, SaysNothingWhileAllIsThere) {
  LookAt(20, R"({"calls":[{"metaData":{"id":1,"started":"x"}}]})");

  EXPECT_THAT(sentinel_.Drifting(), IsEmpty());
  EXPECT_EQ(sentinel_.sights()[0].found, 20);
  EXPECT_EQ(sentinel_.sights()[2].found, 0);
}

TEST_F(ContractSentinelTest, TellsAFieldThatHasGone) {
  LookAt(60, R"({"calls":[{"metaData":{"id":1,"started":"x"}}]})");
  LookAt(10, R"({"calls":[{"metaData":{"id":1,"started":null}}]})");

  EXPECT_THAT(sentinel_.Drifting(), ElementsAre("/v2/calls calls[].metaData.started"));
  EXPECT_EQ(sentinel_.sights()[1].missing, 10);
}

TEST_F(ContractSentinelTest, ForgivesAFewRecords) {
  LookAt(60, R"({"calls":[{"metaData":{"id":1,"started":"x"}}]})");
  LookAt(3, R"({"calls":[{"metaData":{"id":1}}]})");

  EXPECT_THAT(sentinel_.Drifting(), IsEmpty());
}

TEST_F(ContractSentinelTest, IsQuietAgainWhenTheFieldIsBack) {
  LookAt(10, R"({"calls":[{"metaData":{"id":1}}]})");
  EXPECT_FALSE(sentinel_.Drifting().empty());

  LookAt(64, R"({"calls":[{"metaData":{"id":1,"started":"x"}}]})");

  EXPECT_THAT(sentinel_.Drifting(), IsEmpty());
}

TEST_F(ContractSentinelTest, LooksAtSingleRecordsAndAtNothingElse) {
  EXPECT_EQ(sentinel_.last_look(), std::nullopt);
  Look("/other", R"({"calls":[{}]})");
  EXPECT_EQ(sentinel_.last_look(), std::nullopt);

  for (int i = 0; i < 8; ++i) Look("/media", R"({"url":"x"})");

  EXPECT_EQ(sentinel_.last_look(), clock_.Now());
  EXPECT_EQ(sentinel_.sights()[2].found, 8);
}

}  // namespace
}  // namespace callimport::adapter_gateway

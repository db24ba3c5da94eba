#include "services/adapter-gateway/vendor/circuit_breaker.h"

#include <gtest/gtest.h>

#include "libs/common/errors.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using testing::HasReason;
using testing::IsOk;

class CircuitBreakerTest : public ::testing::Test {
 protected:
  absl::Status Ask(const absl::Status& outcome, const std::string& group = "/calls") {
    absl::Status admitted = breakers_.Admit("gong/1", group);
    if (admitted.ok()) breakers_.Report("gong/1", group, outcome);
    return admitted;
  }
  void FailTimes(int times) {
    for (int i = 0; i < times; ++i) EXPECT_THAT(Ask(down_), IsOk());
  }

  const absl::Status down_ = absl::UnavailableError("Gong does not answer");
  testing::FakeClock clock_;
  CircuitBreakers breakers_{clock_, {.failures = 3, .first_open = 5s, .longest_open = 15s}};
};

TEST_F(CircuitBreakerTest, OpensAfterSomeFailuresInARow) {
  FailTimes(3);

  const absl::Status refused = Ask(down_);
  EXPECT_THAT(refused, HasReason("BREAKER_OPEN"));
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(RetryDelayOf(refused), 5s);
  EXPECT_THAT(breakers_.Check("gong/1", "/calls"), HasReason("BREAKER_OPEN"));
}

TEST_F(CircuitBreakerTest, CountsFromNewAfterAnAnswer) {
  FailTimes(2);
  EXPECT_THAT(Ask(absl::OkStatus()), IsOk());
  FailTimes(2);

  EXPECT_THAT(Ask(down_), IsOk());
}

TEST_F(CircuitBreakerTest, LetsOneRequestAtATimeThroughToSee) {
  FailTimes(3);
  clock_.Advance(5s);

  EXPECT_THAT(breakers_.Admit("gong/1", "/calls"), IsOk());
  EXPECT_THAT(breakers_.Admit("gong/1", "/calls"), HasReason("BREAKER_OPEN"));
}

TEST_F(CircuitBreakerTest, ClosesWhenTheProbeIsAnswered) {
  FailTimes(3);
  clock_.Advance(5s);

  EXPECT_THAT(Ask(absl::OkStatus()), IsOk());

  FailTimes(2);
  EXPECT_THAT(Ask(down_), IsOk());
}

TEST_F(CircuitBreakerTest, StaysOpenTwiceAsLongAfterEachProbeThatFailed) {
  FailTimes(3);
  for (const auto expected : {10s, 15s, 15s}) {
    clock_.Advance(15s);
    EXPECT_THAT(Ask(down_), IsOk());

    EXPECT_EQ(RetryDelayOf(Ask(down_)), expected);
  }
}

TEST_F(CircuitBreakerTest, ProbesAgainWhenAProbeCameToNothing) {
  FailTimes(3);
  clock_.Advance(5s);
  EXPECT_THAT(breakers_.Admit("gong/1", "/calls"), IsOk());
  breakers_.Forget("gong/1", "/calls");

  EXPECT_THAT(breakers_.Admit("gong/1", "/calls"), IsOk());
}

TEST_F(CircuitBreakerTest, KeepsAccountsAndEndpointsApart) {
  FailTimes(3);

  EXPECT_THAT(Ask(absl::OkStatus(), "/transcripts"), IsOk());
  EXPECT_THAT(breakers_.Admit("gong/2", "/calls"), IsOk());
}

TEST_F(CircuitBreakerTest, TellsWhenItOpensAndCloses) {
  FailTimes(3);
  const auto opened = breakers_.TakeNotices();
  clock_.Advance(5s);
  EXPECT_THAT(Ask(absl::OkStatus()), IsOk());
  const auto closed = breakers_.TakeNotices();

  ASSERT_EQ(opened.size(), 1u);
  EXPECT_TRUE(opened[0].open);
  EXPECT_EQ(opened[0].group, "/calls");
  EXPECT_EQ(opened[0].reason, "Gong does not answer");
  EXPECT_EQ(opened[0].probe_at, clock_.Now());
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_FALSE(closed[0].open);
  EXPECT_TRUE(breakers_.TakeNotices().empty());
}

TEST(BreakerGroup, IsThePathWithoutIdsAndQuery) {
  EXPECT_EQ(BreakerGroupOf("", "/v2/calls?from=2026-01-01"), "/v2/calls");
  EXPECT_EQ(BreakerGroupOf("", "/v2/calls/7782342274025937895/notes"), "/v2/calls/*/notes");
  EXPECT_EQ(BreakerGroupOf("heavy", "/v2/calls"), "heavy");
}

}  // namespace
}  // namespace callimport::adapter_gateway

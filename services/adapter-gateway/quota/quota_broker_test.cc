#include "services/adapter-gateway/quota/quota_broker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

class QuotaBrokerTest : public ::testing::Test {
 protected:
  Patience NoPatience() { return {.until = clock_.Now()}; }

  testing::FakeClock clock_;
  QuotaBroker broker_{clock_};
  QuotaPolicy policy_{.windows = {{.limit = 3, .period = 1s}, {.limit = 5, .period = 60s}}};
};

TEST_F(QuotaBrokerTest, HoldsAllWindowsAtOnce) {
  for (int i = 0; i < 3; ++i) EXPECT_THAT(broker_.Acquire("a", policy_, NoPatience()), IsOk());
  EXPECT_THAT(broker_.Acquire("a", policy_, NoPatience()), HasReason("QUOTA_EXHAUSTED"));

  clock_.Advance(1s);

  for (int i = 0; i < 2; ++i) EXPECT_THAT(broker_.Acquire("a", policy_, NoPatience()), IsOk());
  const absl::Status refused = broker_.Acquire("a", policy_, NoPatience());
  EXPECT_THAT(refused, HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(RetryDelayOf(refused), 59s);
}

TEST_F(QuotaBrokerTest, SaysWhenToComeBack) {
  for (int i = 0; i < 3; ++i) EXPECT_THAT(broker_.Acquire("a", policy_, NoPatience()), IsOk());
  clock_.Advance(400ms);

  EXPECT_EQ(RetryDelayOf(broker_.Acquire("a", policy_, NoPatience())), 600ms);
}

TEST_F(QuotaBrokerTest, KeepsAccountsApart) {
  for (int i = 0; i < 3; ++i) EXPECT_THAT(broker_.Acquire("a", policy_, NoPatience()), IsOk());

  EXPECT_THAT(broker_.Acquire("b", policy_, NoPatience()), IsOk());
}

TEST_F(QuotaBrokerTest, StopsTheWholeAccountWhenTheVendorHasHadEnough) {
  broker_.StopUntil("a", policy_, clock_.Now() + 7s);

  EXPECT_EQ(RetryDelayOf(broker_.Acquire("a", policy_, NoPatience())), 7s);
  clock_.Advance(7s);
  EXPECT_THAT(broker_.Acquire("a", policy_, NoPatience()), IsOk());
}

TEST_F(QuotaBrokerTest, NeverShortensAStop) {
  broker_.StopUntil("a", policy_, clock_.Now() + 7s);
  broker_.StopUntil("a", policy_, clock_.Now() + 1s);

  EXPECT_EQ(RetryDelayOf(broker_.Acquire("a", policy_, NoPatience())), 7s);
}

TEST_F(QuotaBrokerTest, LeavesTheLineOfThoseWhomNobodyWaitsFor) {
  broker_.StopUntil("a", policy_, clock_.Now() + 7s);

  EXPECT_THAT(broker_.Acquire("a", policy_,
                              {.until = clock_.Now() + 20s, .cancelled = [] { return true; }}),
              HasCode(absl::StatusCode::kCancelled));
}

TEST_F(QuotaBrokerTest, LetsThoseInLineGoOnceTheLimitIsRaised) {
  LivePolicy policy = QuotaPolicy{.windows = {{.limit = 1, .period = 60s}}};
  EXPECT_THAT(broker_.Acquire("a", policy, NoPatience()), IsOk());
  // Whoever is in line is asked now and then whether he still waits.
  const Patience patience{.until = clock_.Now() + 90s, .cancelled = [&] {
                            policy.Set({.windows = {{.limit = 2, .period = 60s}}, .version = 1});
                            return false;
                          }};

  EXPECT_THAT(broker_.Acquire("a", policy, patience), IsOk());
}

TEST_F(QuotaBrokerTest, LimitsNothingWithoutWindows) {
  const QuotaPolicy none;
  for (int i = 0; i < 1000; ++i) ASSERT_THAT(broker_.Acquire("a", none, NoPatience()), IsOk());
}

TEST(QuotaBroker, WaitsForTheTurnOnTheRealClock) {
  QuotaBroker broker(SystemClock());
  const QuotaPolicy policy{.windows = {{.limit = 1, .period = 30ms}}};
  const Timestamp start = SystemClock().Now();

  for (int i = 0; i < 4; ++i) {
    ASSERT_THAT(broker.Acquire("a", policy, {.until = start + 10s}), IsOk());
  }

  EXPECT_GE(SystemClock().Now() - start, 90ms);
}

TEST(QuotaBroker, HoldsTheLimitForManyThreads) {
  QuotaBroker broker(SystemClock());
  const QuotaPolicy policy{.windows = {{.limit = 5, .period = 40ms}}};
  const Timestamp start = SystemClock().Now();
  std::atomic<int> done{0};

  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 5; ++j) {
          if (broker.Acquire("a", policy, {.until = start + 10s}).ok()) ++done;
        }
      });
    }
  }

  EXPECT_EQ(done, 40);
  EXPECT_GE(SystemClock().Now() - start, 7 * 40ms);  // 8 portions of 5
}

}  // namespace
}  // namespace callimport::adapter_gateway

#include "services/adapter-gateway/quota/sliding_window.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;

const Timestamp kStart{1'767'225'600s};

TEST(SlidingWindow, LetsTheLimitThroughAtOnceAndNoMore) {
  SlidingWindow window({.limit = 3, .period = 1s});

  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(window.Due(kStart, 0), kStart);
    window.Take(kStart);
  }

  EXPECT_EQ(window.Due(kStart, 0), kStart + 1s);
}

TEST(SlidingWindow, MovesWithTimeInsteadOfRestarting) {
  SlidingWindow window({.limit = 2, .period = 1s});
  window.Take(kStart + 900ms);
  window.Take(kStart + 950ms);

  EXPECT_EQ(window.Due(kStart + 1000ms, 0), kStart + 1900ms);
}

TEST(SlidingWindow, TellsWhenThoseFurtherBackInLineWillGo) {
  SlidingWindow window({.limit = 2, .period = 1s});
  window.Take(kStart);
  window.Take(kStart + 300ms);

  EXPECT_EQ(window.Due(kStart + 300ms, 0), kStart + 1000ms);
  EXPECT_EQ(window.Due(kStart + 300ms, 1), kStart + 1300ms);
  EXPECT_EQ(window.Due(kStart + 300ms, 2), kStart + 2300ms);
}

TEST(SlidingWindow, IsIdleOnceNothingCounts) {
  SlidingWindow window({.limit = 2, .period = 1s});
  EXPECT_TRUE(window.IsIdle(kStart));
  window.Take(kStart);
  EXPECT_FALSE(window.IsIdle(kStart + 999ms));
  EXPECT_TRUE(window.IsIdle(kStart + 1s));
}

int64_t MostInAnyPeriod(const std::vector<Timestamp>& taken, Timestamp::duration period) {
  size_t most = 0;
  for (size_t first = 0, end = 0; first < taken.size(); ++first) {
    while (end < taken.size() && taken[end] < taken[first] + period) ++end;
    most = std::max(most, end - first);
  }
  return static_cast<int64_t>(most);
}

// Requests that come in bursts and pauses, taken as early as the window allows.
std::vector<Timestamp> TakeGreedily(const QuotaWindow& policy, unsigned seed, int requests) {
  SlidingWindow window(policy);
  std::minstd_rand random(seed);
  std::vector<Timestamp> taken;
  Timestamp now = kStart;
  for (int i = 0; i < requests; ++i) {
    if (random() % 10 == 0) now += policy.period * (random() % 1500) / 1000;
    now = window.Due(now, 0);
    window.Take(now);
    taken.push_back(now);
  }
  return taken;
}

TEST(SlidingWindow, NeverLetsMoreThanTheLimitThroughInAnyPeriod) {
  for (const QuotaWindow& policy : {QuotaWindow{1, 1s}, QuotaWindow{3, 1s}, QuotaWindow{10, 777ms},
                                    QuotaWindow{100, 60s}, QuotaWindow{10'000, 86'400s}}) {
    for (unsigned seed = 1; seed <= 5; ++seed) {
      const auto taken = TakeGreedily(policy, seed, static_cast<int>(policy.limit * 3 + 50));

      EXPECT_LE(MostInAnyPeriod(taken, policy.period), policy.limit) << policy.limit;
    }
  }
}

TEST(SlidingWindow, UsesWhatIsAllowed) {
  const QuotaWindow policy{.limit = 100'000, .period = 1s};
  SlidingWindow window(policy);
  Timestamp now = kStart;
  int64_t taken = 0;

  for (; now < kStart + 10s; now += 5us) {
    if (window.Due(now, 0) > now) continue;
    window.Take(now);
    ++taken;
  }

  EXPECT_GE(taken, policy.limit * 10 * 97 / 100);
}

}  // namespace
}  // namespace callimport::adapter_gateway

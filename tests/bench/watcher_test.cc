#include "tests/bench/watcher.h"

#include <gtest/gtest.h>

namespace callimport::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(WatchLogTest, AWatcherCountsOnceForAChangeHoweverManyMessagesItGets) {
  WatchLog log;
  log.Saw(-1, 0, {});
  ASSERT_TRUE(log.AwaitReady(1, seconds(0)));

  log.Expect(1);
  const auto now = std::chrono::steady_clock::now();
  log.Saw(0, 0, now);
  log.Saw(0, 1, now + milliseconds(5));
  log.Saw(1, 1, now + milliseconds(500));

  EXPECT_TRUE(log.AwaitSeen(1, seconds(0)));
  EXPECT_EQ(log.latencies().count(), 1U);
  EXPECT_NEAR(log.latencies().Quantile(0.5), 5, 1);
}

TEST(WatchLogTest, AWatcherThatSkippedAChangeIsCountedForTheNext) {
  WatchLog log;
  log.Expect(1);
  log.Expect(2);

  log.Saw(0, 2, std::chrono::steady_clock::now());

  EXPECT_EQ(log.seen(), 1);
  EXPECT_FALSE(log.AwaitSeen(2, seconds(0)));
}

}  // namespace
}  // namespace callimport::bench

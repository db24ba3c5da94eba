#include "libs/feed/feed_signal.h"

#include <gtest/gtest.h>

#include <thread>

namespace callimport::feed {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(FeedSignalTest, WakesAWaitingReader) {
  FeedSignal signal;
  std::jthread reader([&] {
    uint64_t seen = 0;
    EXPECT_TRUE(signal.Wait(seen, hours(1)));
    EXPECT_EQ(seen, 1u);
  });

  signal.Raise();
}

TEST(FeedSignalTest, DoesNotForgetWhatWasRaisedBeforeTheWait) {
  FeedSignal signal;
  uint64_t seen = 0;
  signal.Raise();
  signal.Raise();

  EXPECT_TRUE(signal.Wait(seen, hours(1)));
  EXPECT_EQ(seen, 2u);
}

TEST(FeedSignalTest, ReturnsAfterItsPatience) {
  FeedSignal signal;
  uint64_t seen = 0;

  EXPECT_TRUE(signal.Wait(seen, milliseconds(1)));
  EXPECT_EQ(seen, 0u);
}

TEST(FeedSignalTest, ClosingEndsAllWaitingForGood) {
  FeedSignal signal;
  std::jthread reader([&] {
    uint64_t seen = 0;
    EXPECT_FALSE(signal.Wait(seen, hours(1)));
    EXPECT_FALSE(signal.Wait(seen, hours(1)));
  });

  signal.Close();
}

}  // namespace
}  // namespace callimport::feed

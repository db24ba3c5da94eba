#include "libs/feed/feed_follower.h"

#include <gtest/gtest.h>

#include <future>

namespace callimport::feed {
namespace {

TEST(FeedFollowerTest, TakesUpAgainAfterASessionBroke) {
  std::promise<void> third;
  int sessions = 0;
  FeedFollower follower("test", [&](const std::stop_token&) {
    if (++sessions == 3) third.set_value();
    return absl::UnavailableError("broken");
  });

  follower.Start();

  EXPECT_EQ(third.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST(FeedFollowerTest, StoppingInterruptsASession) {
  std::promise<void> interrupted;
  auto until_interrupted = interrupted.get_future();
  FeedFollower follower("test", [&](const std::stop_token& stop) {
    const std::stop_callback interrupt(stop, [&] { interrupted.set_value(); });
    until_interrupted.wait();
    return absl::CancelledError("interrupted");
  });
  follower.Start();

  follower.Stop();
  follower.Stop();
}

TEST(FeedFollowerTest, MayBeStoppedBeforeItStarts) {
  FeedFollower follower("test", [](const std::stop_token&) { return absl::OkStatus(); });
  follower.Stop();
}

}  // namespace
}  // namespace callimport::feed

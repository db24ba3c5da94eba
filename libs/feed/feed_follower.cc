#include "libs/feed/feed_follower.h"

#include <exception>
#include <random>
#include <utility>

#include "libs/common/retry_policy.h"
#include "libs/telemetry/log.h"

namespace callimport::feed {
namespace {

constexpr RetryPolicy kPause{.first_delay = std::chrono::milliseconds(100),
                             .max_delay = std::chrono::milliseconds(5'000)};

absl::Status RunSession(const FollowSession& session, const std::stop_token& stop) {
  try {
    return session(stop);
  } catch (const std::exception& error) {
    return absl::InternalError(error.what());
  }
}

}  // namespace

FeedFollower::FeedFollower(std::string name, FollowSession session)
    : name_(std::move(name)), session_(std::move(session)) {}

FeedFollower::~FeedFollower() { Stop(); }

void FeedFollower::Start() {
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(stop_.get_token()); });
}

void FeedFollower::Stop() {
  if (stop_.request_stop() && thread_.joinable()) thread_.join();
}

void FeedFollower::Run(const std::stop_token& stop) {
  std::minstd_rand random(std::random_device{}());
  for (int failures = 0; !stop.stop_requested();) {
    const absl::Status status = RunSession(session_, stop);
    if (stop.stop_requested()) return;
    failures = status.ok() ? 0 : failures + 1;
    if (!status.ok()) {
      log::Warning("following a feed was interrupted", {{"feed", name_}, {"status", status}});
    }
    Pause(DelayAfter(kPause, failures, random), stop);
  }
}

void FeedFollower::Pause(std::chrono::milliseconds pause, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  pause_.wait_for(lock, stop, pause, [] { return false; });
}

}  // namespace callimport::feed

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

absl::Status RunSession(const FollowSession& session, const std::atomic<bool>& stopping) {
  try {
    return session(stopping);
  } catch (const std::exception& error) {
    return absl::InternalError(error.what());
  }
}

}  // namespace

FeedFollower::FeedFollower(std::string name, FollowSession session, std::function<void()> interrupt)
    : name_(std::move(name)), session_(std::move(session)), interrupt_(std::move(interrupt)) {}

FeedFollower::~FeedFollower() { Stop(); }

void FeedFollower::Start() {
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
}

void FeedFollower::Stop() {
  {
    std::lock_guard lock(mutex_);
    if (stopping_.exchange(true)) return;
  }
  stopped_.notify_all();
  interrupt_();
  if (thread_.joinable()) thread_.join();
}

void FeedFollower::Run() {
  std::minstd_rand random(std::random_device{}());
  for (int failures = 0; !stopping_;) {
    const absl::Status status = RunSession(session_, stopping_);
    if (stopping_) return;
    failures = status.ok() ? 0 : failures + 1;
    if (!status.ok()) {
      log::Warning("following a feed was interrupted", {{"feed", name_}, {"status", status}});
    }
    Pause(DelayAfter(kPause, failures, random));
  }
}

void FeedFollower::Pause(std::chrono::milliseconds pause) {
  std::unique_lock lock(mutex_);
  stopped_.wait_for(lock, pause, [this] { return stopping_.load(); });
}

}  // namespace callimport::feed

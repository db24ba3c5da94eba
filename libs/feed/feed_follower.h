// Follows somebody's feed for as long as it lives, and takes up again where it was.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "absl/status/status.h"

namespace callimport::feed {

// One session: read from the stored cursor until something breaks, or it is to stop.
// Anything but OK is logged and followed by a pause, which grows to 5 s while it keeps failing.
using FollowSession = std::function<absl::Status(const std::stop_token& stop)>;

class FeedFollower {
 public:
  FeedFollower(std::string name, FollowSession session);
  ~FeedFollower();

  // Stopping twice, or before the start, is fine.
  void Start();
  void Stop();

 private:
  void Run(const std::stop_token& stop);
  void Pause(std::chrono::milliseconds pause, const std::stop_token& stop);

  const std::string name_;
  const FollowSession session_;
  std::stop_source stop_;
  std::mutex mutex_;
  std::condition_variable_any pause_;
  std::thread thread_;
};

}  // namespace callimport::feed

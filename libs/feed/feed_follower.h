// Follows somebody's feed for as long as it lives, and takes up again where it was.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"

namespace callimport::feed {

// One session: read from the stored cursor until something breaks or `stopping` turns true.
// Anything but OK is logged and followed by a pause, which grows to 5 s while it keeps failing.
using FollowSession = std::function<absl::Status(const std::atomic<bool>& stopping)>;

class FeedFollower {
 public:
  // `interrupt` makes a running session return soon (cancels its rpc); `stopping` is true by then.
  FeedFollower(std::string name, FollowSession session, std::function<void()> interrupt);
  ~FeedFollower();

  // Stopping twice, or before the start, is fine.
  void Start();
  void Stop();

 private:
  void Run();
  void Pause(std::chrono::milliseconds pause);

  std::string name_;
  FollowSession session_;
  std::function<void()> interrupt_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable stopped_;
  std::thread thread_;
};

}  // namespace callimport::feed

// Wakes readers of a feed within one process the moment something was appended. Only a hint:
// readers also look by themselves, as another replica may have appended.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace callimport::feed {

class FeedSignal {
 public:
  // Call after the commit.
  void Raise();

  // Returns at the next Raise, after `patience`, or at once when something was raised since the
  // caller's last look (`seen`, updated here). False once closed.
  bool Wait(uint64_t& seen, std::chrono::milliseconds patience);

  // Ends all waiting for good.
  void Close();

 private:
  std::mutex mutex_;
  std::condition_variable raised_;
  uint64_t count_ = 0;
  bool closed_ = false;
};

}  // namespace callimport::feed

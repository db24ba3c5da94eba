#include "libs/feed/feed_signal.h"

namespace callimport::feed {

void FeedSignal::Raise() {
  {
    std::lock_guard lock(mutex_);
    ++count_;
  }
  raised_.notify_all();
}

bool FeedSignal::Wait(uint64_t& seen, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  raised_.wait_for(lock, patience, [&] { return closed_ || count_ != seen; });
  seen = count_;
  return !closed_;
}

void FeedSignal::Close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  raised_.notify_all();
}

}  // namespace callimport::feed

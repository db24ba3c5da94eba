// A clock that stands still until a test turns it.
#pragma once

#include <mutex>

#include "libs/common/clock.h"

namespace callimport::testing {

class FakeClock : public Clock {
 public:
  explicit FakeClock(Timestamp start = Timestamp(std::chrono::seconds(1'767'225'600)))
      : now_(start) {}

  Timestamp Now() const override {
    std::lock_guard lock(mutex_);
    return now_;
  }
  void Advance(std::chrono::milliseconds step) {
    std::lock_guard lock(mutex_);
    now_ += step;
  }

 private:
  mutable std::mutex mutex_;
  Timestamp now_;
};

}  // namespace callimport::testing

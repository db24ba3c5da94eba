// How fast a job has been lately: an average in which the last half minute weighs most.
#pragma once

#include <cstdint>
#include <optional>

#include "callimport/common/v1/progress.pb.h"
#include "libs/common/clock.h"

namespace callimport::status_tracker {

class RecentSpeed {
 public:
  void Observe(const common::v1::Progress& progress, Timestamp now);

  // 0 until two observations lie far enough apart.
  double calls_per_second() const { return speed_; }

 private:
  struct Sample {
    int64_t calls;
    Timestamp time;
  };
  std::optional<Sample> last_;
  double speed_ = 0;
  double observed_seconds_ = 0;
};

}  // namespace callimport::status_tracker

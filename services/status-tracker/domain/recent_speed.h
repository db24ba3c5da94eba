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
  double calls_per_second() const { return speed_.value_or(0); }

 private:
  struct Sample {
    int64_t calls;
    Timestamp time;
  };
  std::optional<Sample> last_;
  std::optional<double> speed_;
};

}  // namespace callimport::status_tracker

// How much of what a vendor may fail is left. The goals: of the requests of a day, at most one in a
// thousand fails; and of its minutes in which we asked, in at most one in a thousand nothing was
// answered at all.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "libs/common/clock.h"
#include "libs/telemetry/metrics.h"

namespace callimport::adapter_gateway {

class ErrorBudget {
 public:
  static constexpr double kMayFail = 0.001;

  ErrorBudget(const std::string& platform, const Clock& clock);

  // One request. What we break off ourselves is none.
  void Count(bool failed);

  // 1: nothing failed in the last 24 hours; 0: as much as may; less: the goal is missed.
  double Left();

 private:
  struct Hour {
    int64_t hour = -1;
    int64_t requests = 0;
    int64_t failures = 0;
  };
  struct Minute {
    int64_t minute = 0;
    bool answered = false;
  };

  void CountMinute(int64_t minute, bool failed);
  double LeftAt(int64_t hour) const;

  const Clock& clock_;
  metrics::Gauge left_;
  metrics::Counter up_;
  metrics::Counter down_;
  std::mutex mutex_;
  std::array<Hour, 24> hours_;
  std::optional<Minute> minute_;
};

}  // namespace callimport::adapter_gateway

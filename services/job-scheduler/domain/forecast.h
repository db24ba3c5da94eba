// When an import would be done: an interval, from what the vendor allows, when the window is open,
// and how fast imports have run.
#pragma once

#include <cstdint>
#include <optional>

#include "libs/common/clock.h"
#include "services/job-scheduler/domain/bulk_window.h"

namespace callimport::job_scheduler {

// Calls a second that imports run at while nothing holds them back: at worst and at best.
struct Pace {
  double slow = 0;
  double fast = 0;
};

struct ForecastTask {
  int64_t calls = 0;
  // Of the same source, that are worked on first.
  int64_t calls_before = 0;
  // For `calls`.
  int64_t vendor_requests = 0;
  // Unset: the vendor has no daily limit.
  std::optional<int64_t> daily_requests;
  std::optional<int64_t> daily_requests_left;
  // 0: no limit.
  double requests_per_second = 0;
  Pace pace;
  // Unset: it does not wait for one.
  std::optional<BulkWindow> window;
  // That may be started in one window. 0: any number.
  int64_t calls_per_window = 0;
};

enum class SpeedBound { kEngine, kQuota, kWindow };

struct Forecast {
  Timestamp start;
  Timestamp earliest;
  Timestamp latest;
  // Windows in which it is worked on, at best and at worst. 0: it does not wait for any.
  int64_t fewest_windows = 0;
  int64_t most_windows = 0;
  // Unset: the vendor has no daily limit.
  std::optional<double> daily_quota_share;
  SpeedBound bound = SpeedBound::kEngine;
};

Forecast ForecastOf(const ForecastTask& task, Timestamp now);

}  // namespace callimport::job_scheduler

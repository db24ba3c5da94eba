#include "services/job-scheduler/domain/measured_pace.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace callimport::job_scheduler {
namespace {

// Of the sorted values, counted from the lowest.
double At(const std::vector<double>& sorted, double share) {
  const auto last = static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<size_t>(std::lround(last * share))];
}

}  // namespace

Pace PaceFrom(std::vector<double> calls_per_second, const Pace& assumed) {
  std::erase_if(calls_per_second, [](double pace) { return !(pace > 0) || !std::isfinite(pace); });
  if (calls_per_second.empty()) return assumed;
  std::sort(calls_per_second.begin(), calls_per_second.end());
  const double unsure = 1 + 1 / std::sqrt(static_cast<double>(calls_per_second.size()));
  return {.slow = At(calls_per_second, 0.1) / unsure, .fast = At(calls_per_second, 0.9) * unsure};
}

double OpenSeconds(const BulkWindow& window, Timestamp start, Timestamp end) {
  std::chrono::duration<double> open{};
  Timestamp now = start;
  while (now < end) {
    now = std::min(window.OpensAt(now).value_or(now), end);
    const Timestamp until = std::min(window.ClosesAt(now).value_or(end), end);
    open += until - now;
    now = until;
  }
  return open.count();
}

}  // namespace callimport::job_scheduler

#include "services/job-scheduler/domain/retry_schedule.h"

#include <algorithm>

namespace callimport::job_scheduler {
namespace {

using std::chrono::milliseconds;

// A vendor that wishes for more is asked again anyway.
constexpr milliseconds kLongestWish = std::chrono::hours(24);
constexpr milliseconds kShortestQuotaPause{1'000};

}  // namespace

std::optional<milliseconds> PauseAfter(const RetrySchedule& schedule, int failures,
                                       milliseconds wish, std::minstd_rand& random) {
  const milliseconds at_least = std::min(wish, kLongestWish);
  if (failures < schedule.soon.max_attempts) {
    return std::max(DelayAfter(schedule.soon, failures, random), at_least);
  }
  const auto lane = static_cast<size_t>(failures - schedule.soon.max_attempts);
  if (lane >= schedule.deferred.size()) return std::nullopt;
  return std::max<milliseconds>(schedule.deferred[lane], at_least);
}

milliseconds QuotaPause(const RetrySchedule& schedule, milliseconds wish) {
  const milliseconds pause = wish.count() > 0 ? wish : schedule.quota_wait;
  return std::clamp(pause, kShortestQuotaPause, kLongestWish);
}

}  // namespace callimport::job_scheduler

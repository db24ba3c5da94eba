#include "services/job-scheduler/domain/retry_schedule.h"

#include <algorithm>
#include <cmath>

namespace callimport::job_scheduler {
namespace {

using std::chrono::milliseconds;

// A vendor that wishes for more is asked again anyway.
constexpr milliseconds kLongestWish = std::chrono::hours(24);
constexpr milliseconds kShortestQuotaPause{1'000};

milliseconds SoonPause(const RetryPolicy& soon, int failures) {
  const double exact = static_cast<double>(soon.first_delay.count()) *
                       std::pow(soon.multiplier, static_cast<double>(failures - 1));
  return milliseconds(std::llround(std::min(exact, static_cast<double>(soon.max_delay.count()))));
}

milliseconds Drawn(milliseconds pause, double jitter, std::minstd_rand& random) {
  std::uniform_real_distribution<double> share(1.0 - jitter, 1.0 + jitter);
  return milliseconds(std::llround(static_cast<double>(pause.count()) * share(random)));
}

}  // namespace

std::vector<milliseconds> PausesOf(const RetrySchedule& schedule) {
  std::vector<milliseconds> pauses;
  for (int failures = 1; failures < schedule.soon.max_attempts; ++failures) {
    pauses.push_back(SoonPause(schedule.soon, failures));
  }
  pauses.insert(pauses.end(), schedule.deferred.begin(), schedule.deferred.end());
  return pauses;
}

std::optional<milliseconds> PauseAfter(const RetrySchedule& schedule, int failures,
                                       milliseconds wish, std::minstd_rand& random) {
  const std::vector<milliseconds> pauses = PausesOf(schedule);
  const auto next = static_cast<size_t>(std::max(failures, 1) - 1);
  if (next >= pauses.size()) return std::nullopt;
  return std::max(Drawn(pauses[next], schedule.soon.jitter, random), std::min(wish, kLongestWish));
}

milliseconds QuotaPause(const RetrySchedule& schedule, milliseconds wish) {
  const milliseconds pause = wish.count() > 0 ? wish : schedule.quota_wait;
  return std::clamp(pause, kShortestQuotaPause, kLongestWish);
}

}  // namespace callimport::job_scheduler

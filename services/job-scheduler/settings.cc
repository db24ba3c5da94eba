#include "services/job-scheduler/settings.h"

#include <algorithm>

#include "libs/common/status_macros.h"
#include "libs/rpc/run_main.h"

namespace callimport::job_scheduler {
namespace {

// 0 means the default; below it, or above `most`, nothing makes sense.
absl::StatusOr<int> Bounded(int value, int otherwise, int most, const std::string& field) {
  if (value == 0) return otherwise;
  if (value > 0 && value <= most) return value;
  return rpc::ConfigError(field, "must be 1 to " + std::to_string(most));
}

constexpr int kWeekSeconds = 7 * 86'400;

absl::StatusOr<RetrySchedule> RetriesFrom(const RetryScheduleConfig& config) {
  RetrySchedule schedule;
  ASSIGN_OR_RETURN(schedule.soon.max_attempts,
                   Bounded(config.soon_tries(), 3, 20, "retries.soon_tries"));
  ASSIGN_OR_RETURN(const int first,
                   Bounded(config.first_delay_seconds(), 5, 3'600, "retries.first_delay_seconds"));
  schedule.soon.first_delay = std::chrono::seconds(first);
  schedule.soon.max_delay =
      std::max<std::chrono::milliseconds>(schedule.soon.max_delay, schedule.soon.first_delay);
  if (config.deferred_seconds().empty()) return schedule;
  schedule.deferred.clear();
  for (const int pause : config.deferred_seconds()) {
    if (pause <= 0 || pause > kWeekSeconds) {
      return rpc::ConfigError("retries.deferred_seconds", "must be 1 to 604800 each");
    }
    schedule.deferred.emplace_back(pause);
  }
  return schedule;
}

}  // namespace

absl::StatusOr<Settings> SettingsFrom(const Config& config) {
  Settings settings;
  ASSIGN_OR_RETURN(const int lease, Bounded(config.lease_seconds(), 15, 3'600, "lease_seconds"));
  settings.queue.lease = std::chrono::seconds(lease);
  ASSIGN_OR_RETURN(settings.queue.retries, RetriesFrom(config.retries()));
  ASSIGN_OR_RETURN(settings.jobs_listed_at_once,
                   Bounded(config.jobs_listed_at_once(), 2, 64, "jobs_listed_at_once"));
  ASSIGN_OR_RETURN(const int minutes,
                   Bounded(config.keep_events_minutes(), 60, 10'080, "keep_events_minutes"));
  settings.keep_events = std::chrono::minutes(minutes);
  return settings;
}

}  // namespace callimport::job_scheduler

#include "services/job-scheduler/settings.h"

#include <algorithm>

#include "libs/common/status_macros.h"
#include "libs/rpc/run_main.h"
#include "services/job-scheduler/queue_settings.h"

namespace callimport::job_scheduler {
namespace {

// 0 means the default; below it, or above `most`, nothing makes sense.
absl::StatusOr<int> Bounded(int value, int otherwise, int most, const std::string& field) {
  if (value == 0) return otherwise;
  if (value > 0 && value <= most) return value;
  return rpc::ConfigError(field, "must be 1 to " + std::to_string(most));
}

constexpr int kMostPace = 1'000'000;
constexpr int kWeekSeconds = 7 * 86'400;
constexpr int kLongestDays = 36'500;

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

absl::StatusOr<Retention> RetentionFrom(const Config& config) {
  Retention retention;
  ASSIGN_OR_RETURN(const int calls,
                   Bounded(config.keep_calls_days(), 90, kLongestDays, "keep_calls_days"));
  ASSIGN_OR_RETURN(const int jobs,
                   Bounded(config.keep_jobs_days(), 400, kLongestDays, "keep_jobs_days"));
  ASSIGN_OR_RETURN(const int syncs, Bounded(config.keep_empty_syncs_days(), 30, kLongestDays,
                                            "keep_empty_syncs_days"));
  if (jobs < calls) {
    return rpc::ConfigError("keep_jobs_days", "must not be below keep_calls_days");
  }
  retention.calls = std::chrono::days(calls);
  retention.jobs = std::chrono::days(jobs);
  retention.empty_syncs = std::chrono::days(syncs);
  return retention;
}

absl::StatusOr<AdmissionLimits> AdmissionFrom(const Config& config) {
  AdmissionLimits limits;
  ASSIGN_OR_RETURN(const int days,
                   Bounded(config.max_backlog_days(), 30, kLongestDays, "max_backlog_days"));
  limits.longest_wait = std::chrono::days(days);
  if (config.max_backlog_calls() < 0) {
    return rpc::ConfigError("max_backlog_calls", "must not be negative");
  }
  if (config.max_backlog_calls() > 0) limits.calls = config.max_backlog_calls();
  return limits;
}

absl::StatusOr<WorkspaceSettings> WorkspacesFrom(const Config& config) {
  WorkspaceSettings workspaces;
  if (!config.plan().has_free_calls_per_month()) return workspaces;
  workspaces.free_calls_per_month = config.plan().free_calls_per_month();
  if (workspaces.free_calls_per_month >= 0) return workspaces;
  return rpc::ConfigError("plan.free_calls_per_month", "must not be negative");
}

absl::StatusOr<QuoteTerms> QuotesFrom(const Config& config) {
  ASSIGN_OR_RETURN(const int minutes, Bounded(config.quote_minutes(), 60, 43'200, "quote_minutes"));
  ASSIGN_OR_RETURN(const int slow, Bounded(config.assumed_slow_calls_per_minute(), 6, kMostPace,
                                           "assumed_slow_calls_per_minute"));
  ASSIGN_OR_RETURN(const int fast, Bounded(config.assumed_fast_calls_per_minute(), 600, kMostPace,
                                           "assumed_fast_calls_per_minute"));
  if (fast < slow) {
    return rpc::ConfigError("assumed_fast_calls_per_minute", "must not be below the slow ones");
  }
  return QuoteTerms{.valid = std::chrono::minutes(minutes),
                    .assumed_pace = {.slow = slow / 60.0, .fast = fast / 60.0}};
}

}  // namespace

std::vector<LimitRule> LimitRulesOf(const Settings& settings) {
  const StartLimits& starts = settings.queue.limits;
  std::vector<LimitRule> rules = {
      {"bulk jobs per credential", settings.bulk_jobs_per_credential,
       "imports of one account that run at once"},
      {"starts per second per credential", starts.starts_per_second, "calls; 0: no limit"},
      {"calls in work per credential", starts.concurrent_calls, "at once; 0: no limit"},
      {"lease seconds", settings.queue.lease.count(),
       "after which the calls of a worker that is not heard of are leased to another"},
      {"listings at once", settings.jobs_listed_at_once, "of one replica"},
      {"backlog days", settings.admission.longest_wait.count(),
       "an import is refused when those before it of the same account take longer"},
      {"backlog calls", settings.admission.calls,
       "an import is refused when so many calls of all accounts wait already"},
      {"days calls are kept", settings.retention.calls.count(), "after the end of their import"},
      {"days imports are kept", settings.retention.jobs.count(), "after their end"},
      {"days empty syncs are kept", settings.retention.empty_syncs.count(),
       "that found nothing new; the last one of a source stays"},
  };
  for (const auto& [platform, limits] : starts.platforms) {
    rules.push_back({"calls in work of " + platform, limits.concurrent_calls,
                     "at once, of all accounts; 0: no limit"});
  }
  return rules;
}

absl::StatusOr<Settings> SettingsFrom(const Config& config) {
  Settings settings;
  ASSIGN_OR_RETURN(const int lease, Bounded(config.lease_seconds(), 14, 3'600, "lease_seconds"));
  settings.queue.lease = std::chrono::seconds(lease);
  ASSIGN_OR_RETURN(settings.queue.retries, RetriesFrom(config.retries()));
  ASSIGN_OR_RETURN(settings.jobs_listed_at_once,
                   Bounded(config.jobs_listed_at_once(), 2, 64, "jobs_listed_at_once"));
  ASSIGN_OR_RETURN(const int minutes,
                   Bounded(config.keep_events_minutes(), 60, 10'080, "keep_events_minutes"));
  settings.keep_events = std::chrono::minutes(minutes);
  ASSIGN_OR_RETURN(settings.workspaces, WorkspacesFrom(config));
  RETURN_IF_ERROR(SetQueueDefaults(config.queue(), settings.workspaces));
  ASSIGN_OR_RETURN(settings.queue.limits, StartLimitsFrom(config.queue()));
  ASSIGN_OR_RETURN(settings.bulk_jobs_per_credential, BulkJobsPerCredentialFrom(config.queue()));
  settings.queue.workspaces = settings.workspaces;
  ASSIGN_OR_RETURN(settings.quotes, QuotesFrom(config));
  ASSIGN_OR_RETURN(settings.retention, RetentionFrom(config));
  ASSIGN_OR_RETURN(settings.admission, AdmissionFrom(config));
  ASSIGN_OR_RETURN(const int frequency,
                   Bounded(config.sync_frequency_minutes(), 60, 10'080, "sync_frequency_minutes"));
  if (frequency < 5) return rpc::ConfigError("sync_frequency_minutes", "must be 5 to 10080");
  settings.sync_frequency = std::chrono::minutes(frequency);
  return settings;
}

}  // namespace callimport::job_scheduler

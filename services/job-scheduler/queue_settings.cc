#include "services/job-scheduler/queue_settings.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/run_main.h"
#include "services/job-scheduler/domain/bulk_window.h"

namespace callimport::job_scheduler {
namespace {

constexpr int kMost = 1'000'000'000;
constexpr int kMostJobs = 1'000;
constexpr int kLastHour = 23;
constexpr double kDearest = 1'000'000;

absl::StatusOr<int> Within(int value, int least, int most, const std::string& field) {
  if (value >= least && value <= most) return value;
  return rpc::ConfigError("queue." + field,
                          "must be " + std::to_string(least) + " to " + std::to_string(most));
}

absl::Status SetWindow(const BulkWindowConfig& config, WorkspaceSettings& defaults) {
  ASSIGN_OR_RETURN(defaults.bulk_hours.start,
                   Within(config.start_hour(), 0, kLastHour, "bulk_window.start_hour"));
  ASSIGN_OR_RETURN(defaults.bulk_hours.end,
                   Within(config.end_hour(), 0, kLastHour, "bulk_window.end_hour"));
  if (config.time_zone().empty()) return absl::OkStatus();
  if (!IsTimeZone(config.time_zone())) {
    return rpc::ConfigError("queue.bulk_window.time_zone", "is not in the IANA database");
  }
  defaults.time_zone = config.time_zone();
  return absl::OkStatus();
}

// `field` is where it stands in the queue's: "platforms[0]".
absl::StatusOr<PlatformLimits> PlatformFrom(const PlatformQueueConfig& config,
                                            const std::string& field) {
  PlatformLimits limits;
  ASSIGN_OR_RETURN(limits.concurrent_calls,
                   Within(config.concurrent_calls(), 0, kMost, field + ".concurrent_calls"));
  if (config.call_cost() < 0 || config.call_cost() > kDearest) {
    return rpc::ConfigError(absl::StrCat("queue.", field, ".call_cost"), "must be 0 to 1000000");
  }
  if (config.call_cost() > 0) limits.call_cost = config.call_cost();
  return limits;
}

}  // namespace

absl::StatusOr<StartLimits> StartLimitsFrom(const QueueConfig& config) {
  StartLimits limits{.starts_per_second = 10, .concurrent_calls = 50, .platforms = {}};
  if (config.has_starts_per_second()) {
    ASSIGN_OR_RETURN(limits.starts_per_second,
                     Within(config.starts_per_second(), 0, kMost, "starts_per_second"));
  }
  if (config.has_concurrent_calls()) {
    ASSIGN_OR_RETURN(limits.concurrent_calls,
                     Within(config.concurrent_calls(), 0, kMost, "concurrent_calls"));
  }
  if (config.has_woken_starts_per_second()) {
    ASSIGN_OR_RETURN(limits.woken_starts_per_second,
                     Within(config.woken_starts_per_second(), 1, kMost, "woken_starts_per_second"));
  }
  if (config.has_woken_seconds()) {
    ASSIGN_OR_RETURN(const int seconds, Within(config.woken_seconds(), 0, 3'600, "woken_seconds"));
    limits.woken_for = std::chrono::seconds(seconds);
  }
  for (int i = 0; i < config.platforms_size(); ++i) {
    ASSIGN_OR_RETURN(limits.platforms[config.platforms(i).platform()],
                     PlatformFrom(config.platforms(i), absl::StrCat("platforms[", i, "]")));
  }
  return limits;
}

absl::Status SetQueueDefaults(const QueueConfig& config, WorkspaceSettings& defaults) {
  if (config.has_bulk_window()) RETURN_IF_ERROR(SetWindow(config.bulk_window(), defaults));
  if (config.has_bulk_calls_per_window()) {
    ASSIGN_OR_RETURN(defaults.bulk_calls_per_window,
                     Within(config.bulk_calls_per_window(), 1, kMost, "bulk_calls_per_window"));
  }
  if (config.has_max_running_jobs()) {
    ASSIGN_OR_RETURN(defaults.max_running_jobs,
                     Within(config.max_running_jobs(), 1, kMostJobs, "max_running_jobs"));
  }
  return absl::OkStatus();
}

absl::StatusOr<int> BulkJobsPerCredentialFrom(const QueueConfig& config) {
  if (!config.has_bulk_jobs_per_credential()) return 1;
  return Within(config.bulk_jobs_per_credential(), 1, kMostJobs, "bulk_jobs_per_credential");
}

}  // namespace callimport::job_scheduler

// What the configuration of the queue means, with its defaults.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/job-scheduler/config.pb.h"
#include "services/job-scheduler/domain/start_limits.h"
#include "services/job-scheduler/domain/workspace_settings.h"

namespace callimport::job_scheduler {

absl::StatusOr<StartLimits> StartLimitsFrom(const QueueConfig& config);

// Sets what holds for workspaces that were not set, as far as the queue is concerned.
absl::Status SetQueueDefaults(const QueueConfig& config, WorkspaceSettings& defaults);

absl::StatusOr<int> BulkJobsPerCredentialFrom(const QueueConfig& config);

}  // namespace callimport::job_scheduler

// The queue of calls, as workers see it. Every method is one transaction.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/domain/call_outcome.h"
#include "services/job-scheduler/domain/start_limits.h"
#include "services/job-scheduler/domain/workspace_settings.h"
#include "services/job-scheduler/storage/call_leases_table.h"
#include "services/job-scheduler/storage/change_listener.h"

namespace callimport::job_scheduler {

struct QueueTerms {
  std::chrono::seconds lease{15};
  RetrySchedule retries;
  // What holds for workspaces that were not set.
  WorkspaceSettings workspaces;
  // Of the calls that are started.
  StartLimits limits = {};
};

class QueueStore {
 public:
  QueueStore(postgres::Pool& pool, ChangeListener& listener, QueueTerms terms, const Clock& clock)
      : pool_(pool), listener_(listener), terms_(std::move(terms)), clock_(clock) {}

  struct Leased {
    std::vector<LeasedCall> calls;
    Timestamp until;
  };
  absl::StatusOr<Leased> Lease(const std::string& worker, int max_calls);

  struct Renewed {
    Timestamp until;
    std::vector<job_scheduler::Lease> lost;
    // Of jobs that are cancelled, paused, or were so since the lease was given.
    std::vector<job_scheduler::Lease> cancelled;
  };
  absl::StatusOr<Renewed> Renew(const std::vector<LeaseProgress>& leases);

  struct Report {
    job_scheduler::Lease lease;
    Outcome outcome;
    // Of the job, when the lease was given; 0: not told.
    int64_t epoch = 0;
  };
  // Returns the leases that were no longer held; their outcomes have no effect.
  absl::StatusOr<std::vector<job_scheduler::Lease>> ReportOutcomes(
      const std::vector<Report>& reports);

  absl::Status Release(const std::vector<job_scheduler::Lease>& leases);

  struct Upload {
    std::string workspace_id;
    std::string content_sha256;
    std::string title;
    std::string worker;
    // Content that is there already becomes another call.
    bool allow_duplicate = false;
    common::v1::Actor actor;
    std::string correlation_id;
  };
  struct RegisteredUpload {
    std::string job_id;
    std::string call_id;
    std::optional<LeasedCall> leased;
    // Of the duplicate that was not leased, once it is completed.
    std::string engagement_id;
  };
  // RESOURCE_EXHAUSTED (ALLOWANCE_USED_UP) when the workspace has no free call left this month.
  absl::StatusOr<RegisteredUpload> RegisterUpload(const Upload& upload);

  // Puts calls back whose workers were not heard of, and ends those of cancelled jobs, or gives
  // them to others that met them.
  absl::Status Reclaim();

  // Forgets how much of the queue those have had who have been away for two days.
  absl::Status ForgetIdle();

  // Calls of all jobs that are still to be imported.
  absl::StatusOr<int64_t> CountOpen();

 private:
  postgres::Pool& pool_;
  ChangeListener& listener_;
  const QueueTerms terms_;
  const Clock& clock_;
};

}  // namespace callimport::job_scheduler

// What people do with jobs. Every method is one transaction, but for those that change many calls.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/storage/change_listener.h"
#include "services/job-scheduler/storage/import_jobs_table.h"
#include "services/job-scheduler/storage/job_calls_table.h"

namespace callimport::job_scheduler {

class JobStore {
 public:
  JobStore(postgres::Pool& pool, ChangeListener& listener, const Clock& clock)
      : pool_(pool), listener_(listener), clock_(clock) {}

  // The job of this request, made now or before. ALREADY_EXISTS (REQUEST_ID_REUSED) when the
  // request was another one.
  absl::StatusOr<ImportJob> Create(const ImportJob& job, const JobRequest& request);

  // Everything below: NOT_FOUND (JOB_NOT_FOUND) when the workspace has no such job.
  absl::StatusOr<ImportJob> Find(const std::string& workspace_id, const std::string& job_id);
  absl::StatusOr<std::vector<ImportJob>> List(const JobList& list);
  absl::StatusOr<std::vector<JobCall>> ListCalls(const std::string& workspace_id,
                                                 const CallList& list);

  // Nothing of the job is leased any more once this returns; calls that are leased already end
  // when their workers hear of it.
  absl::StatusOr<ImportJob> Cancel(const std::string& workspace_id, const std::string& job_id);

  struct Retried {
    int64_t calls = 0;
    ImportJob job;
  };
  // Queues failed calls afresh, the named ones or all. When all, and the source had refused the
  // credential, listing goes on as well. FAILED_PRECONDITION (JOB_CANCELLED). The credential of a
  // job that had ended is to be retained before.
  absl::StatusOr<Retried> RetryFailed(const std::string& workspace_id, const std::string& job_id,
                                      const std::vector<std::string>& call_ids);

 private:
  absl::StatusOr<Retried> RetryBatch(const std::string& workspace_id, const std::string& job_id,
                                     const std::vector<std::string>& call_ids);

  postgres::Pool& pool_;
  ChangeListener& listener_;
  const Clock& clock_;
};

}  // namespace callimport::job_scheduler

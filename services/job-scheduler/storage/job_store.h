// What people do with jobs. Every method is one transaction, but for those that change many calls.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/domain/admission.h"
#include "services/job-scheduler/domain/failure_cause.h"
#include "services/job-scheduler/domain/workspace_settings.h"
#include "services/job-scheduler/storage/change_listener.h"
#include "services/job-scheduler/storage/import_jobs_table.h"
#include "services/job-scheduler/storage/import_warnings_table.h"
#include "services/job-scheduler/storage/job_calls_table.h"

namespace callimport::job_scheduler {

struct ListedCalls;

class JobStore {
 public:
  // `defaults` hold for workspaces that were not set.
  JobStore(postgres::Pool& pool, ChangeListener& listener, const Clock& clock,
           WorkspaceSettings defaults = {}, AdmissionLimits admission = {})
      : pool_(pool),
        listener_(listener),
        clock_(clock),
        defaults_(std::move(defaults)),
        admission_(admission) {}

  // The job of this request, made now or before. ALREADY_EXISTS (REQUEST_ID_REUSED) when the
  // request was another one. A job that names a quote is held to it: errors of UseQuote.
  // RESOURCE_EXHAUSTED (BACKLOG_TOO_LONG): see domain/admission.h.
  absl::StatusOr<ImportJob> Create(const ImportJob& job, const JobRequest& request);

  // NOT_FOUND (JOB_NOT_FOUND) when the workspace has used no such request id.
  absl::StatusOr<ImportJob> FindRequested(const std::string& workspace_id,
                                          const std::string& request_id);

  // Everything below: NOT_FOUND (JOB_NOT_FOUND) when the workspace has no such job.
  absl::StatusOr<ImportJob> Find(const std::string& workspace_id, const std::string& job_id);
  absl::StatusOr<std::vector<ImportJob>> List(const JobList& list);
  absl::StatusOr<CallPage> ListCalls(const std::string& workspace_id, const CallList& list);
  // Calls and voicemails apart; walks over all calls of the job.
  absl::StatusOr<std::vector<common::v1::KindProgress>> CountKinds(const std::string& workspace_id,
                                                                   const std::string& job_id);
  absl::StatusOr<std::vector<FailureCause>> ListCauses(const std::string& workspace_id,
                                                       const std::string& job_id);
  absl::StatusOr<std::vector<ImportWarning>> ListWarnings(const std::string& workspace_id,
                                                          const WarningList& list);

  // Resume, RunNow and RetryFailed: FAILED_PRECONDITION (WORKSPACE_IN_MAINTENANCE) while a mass
  // import holds the workspace, unless it is its own job. Pausing and cancelling always work.

  // Nothing of the job is leased any more once this returns; calls that are leased already end
  // when their workers hear of it.
  absl::StatusOr<ImportJob> Cancel(const std::string& workspace_id, const std::string& job_id);

  // The same, but that it can go on: what is listed and imported stays, and calls that are leased
  // come back into the queue. FAILED_PRECONDITION (JOB_ENDED) when there is nothing to pause or to
  // resume any more.
  absl::StatusOr<ImportJob> Pause(const std::string& workspace_id, const std::string& job_id);
  absl::StatusOr<ImportJob> Resume(const std::string& workspace_id, const std::string& job_id);

  // Takes the job out of the nightly window, and writes down who did. FAILED_PRECONDITION
  // (JOB_ENDED).
  absl::StatusOr<ImportJob> RunNow(const std::string& workspace_id, const std::string& job_id,
                                   const common::v1::Actor& actor,
                                   const std::string& correlation_id);

  struct Retried {
    int64_t calls = 0;
    ImportJob job;
  };
  // Stores records that could not be read when they were listed as calls of the job, whether it met
  // them or not; a job that had ended goes on. Returns how many are to be imported.
  // FAILED_PRECONDITION (JOB_CANCELLED, CALLS_NOT_KEPT, WORKSPACE_IN_MAINTENANCE).
  absl::StatusOr<int64_t> StoreReread(const std::string& workspace_id, const std::string& job_id,
                                      const ListedCalls& readable);

  // Queues failed calls afresh, but for those whose records cannot be read. When all, and the
  // source had refused the credential, listing goes on as well. FAILED_PRECONDITION
  // (JOB_CANCELLED). The credential of a job that had ended is to be retained before.
  absl::StatusOr<Retried> RetryFailed(const std::string& workspace_id, const std::string& job_id,
                                      const FailedCalls& which);

 private:
  // False: nothing is to be changed.
  using Change = std::function<absl::StatusOr<bool>(pqxx::work&, ImportJob&)>;
  // The job, and whether it was changed.
  absl::StatusOr<std::pair<ImportJob, bool>> ChangeJob(const std::string& workspace_id,
                                                       const std::string& job_id,
                                                       const Change& change);
  absl::StatusOr<Retried> RetryBatch(const std::string& workspace_id, const std::string& job_id,
                                     const FailedCalls& which);

  postgres::Pool& pool_;
  ChangeListener& listener_;
  const Clock& clock_;
  const WorkspaceSettings defaults_;
  const AdmissionLimits admission_;
};

}  // namespace callimport::job_scheduler

#include "services/job-scheduler/storage/job_store.h"

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "services/job-scheduler/storage/cancelled_calls.h"
#include "services/job-scheduler/storage/credential_releases_table.h"
#include "services/job-scheduler/storage/imported_calls_table.h"
#include "services/job-scheduler/storage/job_changes.h"
#include "services/job-scheduler/storage/job_plans_table.h"

namespace callimport::job_scheduler {
namespace {

constexpr int kRetryBatch = 5'000;

absl::Status NotFound(const std::string& job_id) {
  return Error(absl::StatusCode::kNotFound, "JOB_NOT_FOUND", "no job " + job_id);
}

absl::Status RequestIdReused() {
  return Error(absl::StatusCode::kAlreadyExists, "REQUEST_ID_REUSED",
               "this request_id was used with other contents");
}

absl::StatusOr<ImportJob> Get(pqxx::work& tx, const std::string& workspace_id,
                              const std::string& job_id) {
  auto job = FindJob(tx, workspace_id, job_id);
  if (!job) return NotFound(job_id);
  return *std::move(job);
}

bool IsCancelled(const ImportJob& job) {
  return job.state == common::v1::JOB_STATE_CANCELLING ||
         job.state == common::v1::JOB_STATE_CANCELLED;
}

absl::Status CheckLinked(pqxx::work& tx, const std::string& job_id,
                         const std::vector<std::string>& call_ids) {
  if (CountLinked(tx, job_id, call_ids) == static_cast<int64_t>(call_ids.size())) {
    return absl::OkStatus();
  }
  return Error(absl::StatusCode::kNotFound, "CALL_NOT_FOUND",
               "the job has no call with one of these ids");
}

// The job after some of its failed calls were queued again. False when nothing changes.
bool TakeUpAgain(ImportJob& job, int64_t calls, bool listing_too, Timestamp now) {
  job.progress.set_failed_calls(job.progress.failed_calls() - calls);
  if (listing_too) {
    job.listing_refused = false;
    job.listing_error.clear();
    Apply(job, JobEvent::kListingRetried, now);
  } else if (calls > 0) {
    Apply(job, JobEvent::kCallsRetried, now);
  }
  return listing_too || calls > 0;
}

}  // namespace

absl::StatusOr<ImportJob> JobStore::Create(const ImportJob& job, const JobRequest& request) {
  bool created = false;
  auto stored = postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<ImportJob> {
    created = InsertJob(tx, job, request);
    if (created) {
      Announce(tx, {job});
      return job;
    }
    auto first = FindRequested(tx, job.workspace_id, request.request_id);
    if (!first || first->digest != request.digest) return RequestIdReused();
    return std::move(first->job);
  });
  if (stored.ok() && created) {
    listener_.JobsChanged({*stored});
    listener_.JobToPlan();
  }
  return stored;
}

absl::StatusOr<ImportJob> JobStore::Find(const std::string& workspace_id,
                                         const std::string& job_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return Get(tx, workspace_id, job_id); });
}

absl::StatusOr<std::vector<ImportJob>> JobStore::List(const JobList& list) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return ListJobs(tx, list); });
}

absl::StatusOr<std::vector<JobCall>> JobStore::ListCalls(const std::string& workspace_id,
                                                         const CallList& list) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<std::vector<JobCall>> {
    RETURN_IF_ERROR(Get(tx, workspace_id, list.job_id).status());
    return job_scheduler::ListCalls(tx, list);
  });
}

absl::StatusOr<ImportJob> JobStore::Cancel(const std::string& workspace_id,
                                           const std::string& job_id) {
  const Timestamp now = clock_.Now();
  std::vector<ImportJob> changed;
  const absl::Status asked = postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::Status {
    changed.clear();
    RETURN_IF_ERROR(Get(tx, workspace_id, job_id).status());
    std::vector<ImportJob> jobs = LockJobs(tx, {job_id});
    for (ImportJob& job : jobs) {
      if (!Apply(job, JobEvent::kCancelRequested, now)) continue;  // ended, or asked before
      Settle(job, now);
      changed.push_back(std::move(job));
    }
    SaveAndAnnounce(tx, changed);
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(asked);
  if (!changed.empty()) listener_.JobsChanged(changed);
  RETURN_IF_ERROR(SkipCancelledCalls(pool_, listener_, job_id, now));
  return Find(workspace_id, job_id);
}

absl::StatusOr<JobStore::Retried> JobStore::RetryFailed(const std::string& workspace_id,
                                                        const std::string& job_id,
                                                        const std::vector<std::string>& call_ids) {
  int64_t calls = 0;
  while (true) {
    ASSIGN_OR_RETURN(Retried batch, RetryBatch(workspace_id, job_id, call_ids));
    calls += batch.calls;
    if (batch.calls == kRetryBatch) continue;
    batch.calls = calls;
    return batch;
  }
}

absl::StatusOr<JobStore::Retried> JobStore::RetryBatch(const std::string& workspace_id,
                                                       const std::string& job_id,
                                                       const std::vector<std::string>& call_ids) {
  const Timestamp now = clock_.Now();
  bool changed = false;
  bool listing_too = false;
  auto retried = postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Retried> {
    RETURN_IF_ERROR(Get(tx, workspace_id, job_id).status());
    RETURN_IF_ERROR(CheckLinked(tx, job_id, call_ids));
    const int64_t calls = RetryCalls(tx, job_id, call_ids, kRetryBatch, now);
    std::vector<ImportJob> jobs = LockJobs(tx, {job_id});
    ImportJob& job = jobs.front();
    if (IsCancelled(job)) {
      return Error(absl::StatusCode::kFailedPrecondition, "JOB_CANCELLED",
                   "a cancelled job cannot be retried; create a new one");
    }
    listing_too = call_ids.empty() && job.listing_refused;
    const bool ended = IsTerminal(job.state);
    changed = TakeUpAgain(job, calls, listing_too, now);
    if (changed && ended) TellRetainAgain(tx, job_id);
    if (listing_too) PlanAgain(tx, job_id, now);
    if (changed) SaveAndAnnounce(tx, jobs);
    return Retried{calls, job};
  });
  if (!retried.ok() || !changed) return retried;
  listener_.JobsChanged({retried->job});
  listener_.CallsQueued();
  if (listing_too) listener_.JobToPlan();
  return retried;
}

}  // namespace callimport::job_scheduler

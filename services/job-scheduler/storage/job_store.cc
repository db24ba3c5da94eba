#include "services/job-scheduler/storage/job_store.h"

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "services/job-scheduler/storage/allowance.h"
#include "services/job-scheduler/storage/audit_table.h"
#include "services/job-scheduler/storage/cancelled_calls.h"
#include "services/job-scheduler/storage/credential_releases_table.h"
#include "services/job-scheduler/storage/effects_table.h"
#include "services/job-scheduler/storage/held_workspaces.h"
#include "services/job-scheduler/storage/imported_calls_table.h"
#include "services/job-scheduler/storage/inherited_calls.h"
#include "services/job-scheduler/storage/job_changes.h"
#include "services/job-scheduler/storage/job_plans_table.h"
#include "services/job-scheduler/storage/listed_calls.h"
#include "services/job-scheduler/storage/quoted_jobs.h"
#include "services/job-scheduler/storage/waits_table.h"

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

absl::Status JobEnded() {
  return Error(absl::StatusCode::kFailedPrecondition, "JOB_ENDED",
               "the job has ended, or is being cancelled");
}

bool CanGoOn(JobState state) {
  return !IsTerminal(state) && state != common::v1::JOB_STATE_CANCELLING;
}

AuditedAct RunNowBy(const common::v1::Actor& actor, const ImportJob& job,
                    const std::string& correlation_id) {
  return {.workspace_id = job.workspace_id,
          .object_id = job.job_id,
          .action = "run_now",
          .actor = actor,
          .correlation_id = correlation_id,
          .detail = "the job does not wait for the nightly window"};
}

absl::StatusOr<ImportJob> Get(pqxx::work& tx, const std::string& workspace_id,
                              const std::string& job_id) {
  auto job = FindJob(tx, workspace_id, job_id);
  if (!job) return NotFound(job_id);
  return *std::move(job);
}

absl::Status CheckLinked(pqxx::work& tx, const std::string& job_id,
                         const std::vector<std::string>& call_ids) {
  if (CountLinked(tx, job_id, call_ids) == static_cast<int64_t>(call_ids.size())) {
    return absl::OkStatus();
  }
  return Error(absl::StatusCode::kNotFound, "CALL_NOT_FOUND",
               "the job has no call with one of these ids");
}

absl::Status CheckRetryable(pqxx::work& tx, const ImportJob& job) {
  if (IsCancelled(job.state)) {
    return Error(absl::StatusCode::kFailedPrecondition, "JOB_CANCELLED",
                 "a cancelled job cannot be retried; create a new one");
  }
  if (CallsForgotten(tx, job.job_id)) {
    return Error(absl::StatusCode::kFailedPrecondition, "CALLS_NOT_KEPT",
                 "the job ended so long ago that its calls are no longer kept");
  }
  return absl::OkStatus();
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
      const Backlog backlog = MeasureBacklog(tx, job, clock_.Now());
      RETURN_IF_ERROR(Admit(backlog, admission_, clock_.Now()));
      std::vector<ImportJob> jobs{job};
      if (!job.quote_id.empty()) {
        RETURN_IF_ERROR(UseQuote(tx, jobs.front(), defaults_, job.created_at));
        SaveJob(tx, jobs.front());
      }
      if (job.run_now) AppendAudit(tx, RunNowBy(job.created_by, job, job.correlation_id));
      Announce(tx, jobs);
      return jobs.front();
    }
    auto first = job_scheduler::FindRequested(tx, job.workspace_id, request.request_id);
    if (!first || first->digest != request.digest) return RequestIdReused();
    return std::move(first->job);
  });
  if (stored.ok() && created) {
    listener_.JobsChanged({*stored});
    listener_.JobToPlan();
  }
  return stored;
}

absl::StatusOr<ImportJob> JobStore::FindRequested(const std::string& workspace_id,
                                                  const std::string& request_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<ImportJob> {
    auto found = job_scheduler::FindRequested(tx, workspace_id, request_id);
    if (!found) return NotFound("of request " + request_id);
    return std::move(found->job);
  });
}

absl::StatusOr<ImportJob> JobStore::Find(const std::string& workspace_id,
                                         const std::string& job_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return Get(tx, workspace_id, job_id); });
}

absl::StatusOr<std::vector<ImportJob>> JobStore::List(const JobList& list) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return ListJobs(tx, list); });
}

absl::StatusOr<CallPage> JobStore::ListCalls(const std::string& workspace_id,
                                             const CallList& list) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<CallPage> {
    ASSIGN_OR_RETURN(const ImportJob job, Get(tx, workspace_id, list.job_id));
    CallPage page = job_scheduler::ListCalls(tx, list);
    for (JobCall& call : page.calls) call.owned = call.owned && !IsCancelled(job.state);
    return page;
  });
}

absl::StatusOr<std::vector<FailureCause>> JobStore::ListCauses(const std::string& workspace_id,
                                                               const std::string& job_id) {
  using Causes = std::vector<FailureCause>;
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Causes> {
    RETURN_IF_ERROR(Get(tx, workspace_id, job_id).status());
    return job_scheduler::ListCauses(tx, job_id);
  });
}

absl::StatusOr<std::vector<ImportWarning>> JobStore::ListWarnings(const std::string& workspace_id,
                                                                  const WarningList& list) {
  using Warnings = std::vector<ImportWarning>;
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Warnings> {
    RETURN_IF_ERROR(Get(tx, workspace_id, list.job_id).status());
    return job_scheduler::ListWarnings(tx, list);
  });
}

absl::StatusOr<std::pair<ImportJob, bool>> JobStore::ChangeJob(const std::string& workspace_id,
                                                               const std::string& job_id,
                                                               const Change& change) {
  using Changed = std::pair<ImportJob, bool>;
  auto changed = postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Changed> {
    RETURN_IF_ERROR(Get(tx, workspace_id, job_id).status());
    std::vector<ImportJob> jobs = LockJobs(tx, {job_id});
    ASSIGN_OR_RETURN(const bool news, change(tx, jobs.front()));
    if (news) SaveAndAnnounce(tx, jobs);
    return Changed(std::move(jobs.front()), news);
  });
  if (changed.ok() && changed->second) listener_.JobsChanged({changed->first});
  return changed;
}

absl::StatusOr<std::vector<common::v1::KindProgress>> JobStore::CountKinds(
    const std::string& workspace_id, const std::string& job_id) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) -> absl::StatusOr<std::vector<common::v1::KindProgress>> {
        RETURN_IF_ERROR(Get(tx, workspace_id, job_id).status());
        return job_scheduler::CountKinds(tx, job_id);
      });
}

absl::StatusOr<ImportJob> JobStore::Cancel(const std::string& workspace_id,
                                           const std::string& job_id) {
  const Timestamp now = clock_.Now();
  const auto asked = ChangeJob(workspace_id, job_id, [&](pqxx::work& tx, ImportJob& job) {
    if (!Apply(job, JobEvent::kCancelRequested, now)) return false;  // ended, or asked before
    RevokePlan(tx, job_id);
    Settle(job, now);
    return true;
  });
  RETURN_IF_ERROR(asked.status());
  RETURN_IF_ERROR(SkipCancelledCalls(pool_, listener_, job_id, now));
  RETURN_IF_ERROR(HandOverSkippedCalls(pool_, listener_, defaults_, now));
  return Find(workspace_id, job_id);
}

absl::StatusOr<ImportJob> JobStore::Pause(const std::string& workspace_id,
                                          const std::string& job_id) {
  const auto pause = [&](pqxx::work& tx, ImportJob& job) -> absl::StatusOr<bool> {
    if (job.state == common::v1::JOB_STATE_PAUSED) return false;
    if (!Apply(job, JobEvent::kPauseRequested, clock_.Now())) return JobEnded();
    RevokePlan(tx, job_id);
    return true;
  };
  ASSIGN_OR_RETURN(auto paused, ChangeJob(workspace_id, job_id, pause));
  return std::move(paused.first);
}

absl::StatusOr<ImportJob> JobStore::Resume(const std::string& workspace_id,
                                           const std::string& job_id) {
  const Timestamp now = clock_.Now();
  const auto resume = [&](pqxx::work& tx, ImportJob& job) -> absl::StatusOr<bool> {
    if (!CanGoOn(job.state)) return JobEnded();
    RETURN_IF_ERROR(CheckNotHeld(tx, job, defaults_));
    if (!job_scheduler::Resume(job, now)) return false;
    RevokePlan(tx, job_id);
    PlanAgain(tx, job_id, now);
    Settle(job, now);
    return true;
  };
  ASSIGN_OR_RETURN(auto resumed, ChangeJob(workspace_id, job_id, resume));
  if (resumed.second) {
    listener_.CallsQueued();
    listener_.JobToPlan();
  }
  return std::move(resumed.first);
}

absl::StatusOr<ImportJob> JobStore::RunNow(const std::string& workspace_id,
                                           const std::string& job_id,
                                           const common::v1::Actor& actor,
                                           const std::string& correlation_id) {
  const auto run_now = [&](pqxx::work& tx, ImportJob& job) -> absl::StatusOr<bool> {
    if (!CanGoOn(job.state)) return JobEnded();
    RETURN_IF_ERROR(CheckNotHeld(tx, job, defaults_));
    if (job.run_now) return false;
    TakeOutOfWindow(job);
    AppendAudit(tx, RunNowBy(actor, job, correlation_id));
    return true;
  };
  ASSIGN_OR_RETURN(auto changed, ChangeJob(workspace_id, job_id, run_now));
  if (changed.second) listener_.CallsQueued();
  return std::move(changed.first);
}

absl::StatusOr<JobStore::Retried> JobStore::RetryFailed(const std::string& workspace_id,
                                                        const std::string& job_id,
                                                        const FailedCalls& which) {
  int64_t calls = 0;
  while (true) {
    ASSIGN_OR_RETURN(Retried batch, RetryBatch(workspace_id, job_id, which));
    calls += batch.calls;
    if (batch.calls == kRetryBatch) continue;
    batch.calls = calls;
    return batch;
  }
}

absl::StatusOr<int64_t> JobStore::StoreReread(const std::string& workspace_id,
                                              const std::string& job_id,
                                              const ListedCalls& readable) {
  const Timestamp now = clock_.Now();
  const Listing listing(readable);
  std::vector<ImportJob> jobs;
  auto queued = postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<int64_t> {
    RETURN_IF_ERROR(Get(tx, workspace_id, job_id).status());
    jobs = LockJobs(tx, {job_id});
    ImportJob& job = jobs.front();
    RETURN_IF_ERROR(CheckRetryable(tx, job));
    RETURN_IF_ERROR(CheckNotHeld(tx, job, defaults_));
    const int64_t calls = listing.Store(tx, job, now);
    const bool ended = IsTerminal(job.state);
    if (ended && calls > 0) Apply(job, JobEvent::kCallsInherited, now);
    RETURN_IF_ERROR(TakeForAllCalls(tx, job, defaults_, now));
    if (ended && calls > 0) TellRetainAgain(tx, job_id);
    SaveAndAnnounce(tx, jobs);
    return calls;
  });
  if (queued.ok()) listener_.JobsChanged(jobs);
  if (queued.ok() && *queued > 0) listener_.CallsQueued();
  return queued;
}

absl::StatusOr<JobStore::Retried> JobStore::RetryBatch(const std::string& workspace_id,
                                                       const std::string& job_id,
                                                       const FailedCalls& which) {
  const Timestamp now = clock_.Now();
  bool changed = false;
  bool listing_too = false;
  auto retried = postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Retried> {
    RETURN_IF_ERROR(Get(tx, workspace_id, job_id).status());
    RETURN_IF_ERROR(CheckLinked(tx, job_id, which.call_ids));
    const int64_t calls = RetryCalls(tx, job_id, which, kRetryBatch, now);
    std::vector<ImportJob> jobs = LockJobs(tx, {job_id});
    ImportJob& job = jobs.front();
    RETURN_IF_ERROR(CheckRetryable(tx, job));
    RETURN_IF_ERROR(CheckNotHeld(tx, job, defaults_));
    listing_too = which.All() && job.listing_refused;
    const bool ended = IsTerminal(job.state);
    changed = TakeUpAgain(job, calls, listing_too, now);
    RETURN_IF_ERROR(TakeForAllCalls(tx, job, defaults_, now));
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

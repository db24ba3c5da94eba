#include "services/job-scheduler/storage/plan_store.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "services/job-scheduler/domain/pricing.h"
#include "services/job-scheduler/storage/allowance.h"
#include "services/job-scheduler/storage/fair_queue_table.h"
#include "services/job-scheduler/storage/heirs_table.h"
#include "services/job-scheduler/storage/import_jobs_table.h"
#include "services/job-scheduler/storage/job_changes.h"
#include "services/job-scheduler/storage/listed_calls.h"
#include "services/job-scheduler/storage/sync_listing.h"
#include "services/job-scheduler/storage/sync_status_table.h"

namespace callimport::job_scheduler {
namespace {

absl::Status PlanLost(const std::string& job_id) {
  return Error(absl::StatusCode::kAborted, "PLAN_LOST", "another planner lists job " + job_id);
}

absl::Status JobEnded(const std::string& job_id) {
  return Error(absl::StatusCode::kAborted, "JOB_ENDED", "job " + job_id + " is listed no more");
}

bool IsListable(const ImportJob& job) {
  return job.state == common::v1::JOB_STATE_PENDING ||
         job.state == common::v1::JOB_STATE_COUNTING ||
         job.state == common::v1::JOB_STATE_IN_PROGRESS;
}

// What is not free has a price, and whoever pays it must have been told.
absl::Status CheckPaid(const absl::Status& taken) {
  if (taken.ok()) return taken;
  return Error(absl::StatusCode::kFailedPrecondition, "QUOTE_REQUIRED",
               "more calls than are free this month, and these have a price: preview the import, "
               "and create it under its quote");
}

// Without a quote a job imports what is free, or nothing. A sync takes what there is, page by page.
absl::Status TakeUnquoted(pqxx::work& tx, ImportJob& job, const CallCount& count,
                          const WorkspaceSettings& defaults, Timestamp now) {
  const bool settled = job.charge.IsMetered() || !job.quote_id.empty();
  if (settled || !IsMetered(count.cost_per_call_cents)) return absl::OkStatus();
  const int64_t wanted = job.kind == JobKind::kHistorical ? count.calls : 0;
  if (TakeFreeCalls(tx, job, wanted, defaults, now) >= wanted) return absl::OkStatus();
  return CheckPaid(AllowanceUsedUp());
}

int64_t RecordsOf(const common::v1::Progress& progress) {
  int64_t records = progress.listed_calls();
  for (const common::v1::KindProgress& kind : progress.kinds()) records += kind.processed();
  return records;
}

void NarrowRange(pqxx::work& tx, ImportJob& job, Timestamp start) {
  job.window.start = start;
  MoveRangeStart(tx, job.job_id, start);
  auto sync = FindSyncStatus(tx, job.job_id);
  if (!sync) return;
  sync->plan.window.start = start;
  SaveSyncStatus(tx, *sync);
}

}  // namespace

absl::StatusOr<std::optional<PlanLease>> PlanStore::Lease(const std::string& planner) {
  const Timestamp now = clock_.Now();
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    return LeasePlan(tx, planner, now, now + lease_,
                     {defaults_.max_running_jobs, bulk_jobs_per_credential_});
  });
}

absl::Status PlanStore::Renew(const std::vector<PlanLease>& leases) {
  return postgres::Transact(pool_,
                            [&](pqxx::work& tx) { RenewPlans(tx, leases, clock_.Now() + lease_); });
}

absl::StatusOr<std::vector<std::string>> PlanStore::FindLost(const std::vector<PlanLease>& leases) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return FindLostPlans(tx, leases); });
}

absl::StatusOr<ImportJob> PlanStore::Apply(const PlanLease& lease, const Change& change) {
  auto changed = postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<ImportJob> {
    std::vector<ImportJob> jobs = LockJobs(tx, {lease.job_id});
    if (!jobs.empty() && !IsListable(jobs.front())) return JobEnded(lease.job_id);
    if (jobs.empty() || !HoldsPlan(tx, lease)) return PlanLost(lease.job_id);
    RETURN_IF_ERROR(change(tx, jobs.front()));
    Settle(jobs.front(), clock_.Now());
    SaveAndAnnounce(tx, jobs);
    return jobs.front();
  });
  if (changed.ok()) listener_.JobsChanged({*changed});
  return changed;
}

absl::StatusOr<ImportJob> PlanStore::Begin(const PlanLease& lease) {
  return Apply(lease, [&](pqxx::work&, ImportJob& job) {
    job_scheduler::Apply(job, JobEvent::kCountingStarted, clock_.Now());
    return absl::OkStatus();
  });
}

absl::StatusOr<ImportJob> PlanStore::StoreCount(const PlanLease& lease, const CallCount& count) {
  return Apply(lease, [&](pqxx::work& tx, ImportJob& job) {
    job.platform = count.platform;
    job.progress.set_total_calls(std::max(count.calls, job.progress.listed_calls()));
    job.progress.set_exactness(count.exactness);
    job.listing_error.clear();
    ForgetPlanFailures(tx, job.job_id);
    job_scheduler::Apply(job, JobEvent::kCounted, clock_.Now());
    BeginCheckpoint(tx, job.job_id, count.max_range_days);
    if (count.requests_per_call > 0) SaveCallCost(tx, job.job_id, count.requests_per_call);
    if (count.range_start) NarrowRange(tx, job, *count.range_start);
    return TakeUnquoted(tx, job, count, defaults_, clock_.Now());
  });
}

absl::StatusOr<std::optional<SyncStatus>> PlanStore::FindSync(const std::string& job_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return FindSyncStatus(tx, job_id); });
}

absl::StatusOr<Checkpoint> PlanStore::FindCheckpoint(const std::string& job_id) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { return job_scheduler::FindCheckpoint(tx, job_id); });
}

absl::StatusOr<ImportJob> PlanStore::StoreCalls(const PlanLease& lease, const ListedCalls& listed) {
  const Listing whole(listed);
  auto job = Apply(lease, [&](pqxx::work& tx, ImportJob& changed) {
    BeginPage(tx, changed.workspace_id);
    const int64_t before = RecordsOf(changed.progress);
    if (const auto part = CutForSync(tx, changed, listed, defaults_, clock_.Now())) {
      Listing(*part).Store(tx, changed, clock_.Now());
    } else {
      whole.Store(tx, changed, clock_.Now());
    }
    changed.listing_error.clear();
    // What is listed again and again, and no further, is not getting on.
    if (RecordsOf(changed.progress) > before) ForgetPlanFailures(tx, changed.job_id);
    SaveCheckpoint(tx, changed.job_id, listed.next);
    return CheckPaid(TakeForAllCalls(tx, changed, defaults_, clock_.Now()));
  });
  if (job.ok() && !listed.records.empty()) listener_.CallsQueued();
  return job;
}

absl::StatusOr<ImportJob> PlanStore::ForgetCursor(const PlanLease& lease, const Checkpoint& rest) {
  return Apply(lease, [&](pqxx::work& tx, ImportJob& job) {
    SaveCheckpoint(tx, job.job_id, rest);
    return absl::OkStatus();
  });
}

absl::StatusOr<int> PlanStore::CountFailures(const PlanLease& lease) {
  return postgres::Transact(pool_,
                            [&](pqxx::work& tx) { return CountPlanFailures(tx, lease.job_id); });
}

absl::StatusOr<ImportJob> PlanStore::Postpone(const PlanLease& lease, Timestamp until, int failures,
                                              const std::string& why) {
  return Apply(lease, [&](pqxx::work& tx, ImportJob& job) {
    job.listing_error = why;
    ReturnPlan(tx, lease, until, failures);
    return absl::OkStatus();
  });
}

absl::StatusOr<ImportJob> PlanStore::Refuse(const PlanLease& lease, const std::string& why) {
  return Apply(lease, [&](pqxx::work& tx, ImportJob& job) {
    job.listing_error = why;
    job.listing_refused = true;
    ReturnPlan(tx, lease, clock_.Now(), 0);
    return absl::OkStatus();
  });
}

absl::Status PlanStore::HandBack(const PlanLease& lease) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { ReturnPlan(tx, lease, clock_.Now(), std::nullopt); });
}

}  // namespace callimport::job_scheduler

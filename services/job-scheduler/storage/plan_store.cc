#include "services/job-scheduler/storage/plan_store.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "services/job-scheduler/storage/import_jobs_table.h"
#include "services/job-scheduler/storage/job_changes.h"
#include "services/job-scheduler/storage/listed_calls.h"

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

}  // namespace

absl::StatusOr<std::optional<PlanLease>> PlanStore::Lease(const std::string& planner) {
  const Timestamp now = clock_.Now();
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { return LeasePlan(tx, planner, now, now + lease_); });
}

absl::Status PlanStore::Renew(const std::vector<PlanLease>& leases) {
  return postgres::Transact(pool_,
                            [&](pqxx::work& tx) { RenewPlans(tx, leases, clock_.Now() + lease_); });
}

absl::StatusOr<ImportJob> PlanStore::Apply(const PlanLease& lease, const Change& change) {
  auto changed = postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<ImportJob> {
    std::vector<ImportJob> jobs = LockJobs(tx, {lease.job_id});
    if (jobs.empty() || !HoldsPlan(tx, lease)) return PlanLost(lease.job_id);
    if (!IsListable(jobs.front())) return JobEnded(lease.job_id);
    change(tx, jobs.front());
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
  });
}

absl::StatusOr<Checkpoint> PlanStore::FindCheckpoint(const std::string& job_id) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { return job_scheduler::FindCheckpoint(tx, job_id); });
}

absl::StatusOr<ImportJob> PlanStore::StoreCalls(const PlanLease& lease, const ListedCalls& listed) {
  const Listing listing(listed);
  auto job = Apply(lease, [&](pqxx::work& tx, ImportJob& changed) {
    listing.Store(tx, changed, clock_.Now());
    changed.listing_error.clear();
    ForgetPlanFailures(tx, changed.job_id);
    SaveCheckpoint(tx, changed.job_id, listed.next);
  });
  if (job.ok() && !listed.records.empty()) listener_.CallsQueued();
  return job;
}

absl::StatusOr<ImportJob> PlanStore::ForgetCursor(const PlanLease& lease) {
  return Apply(lease, [&](pqxx::work& tx, ImportJob& job) { SaveCheckpoint(tx, job.job_id, {}); });
}

absl::StatusOr<ImportJob> PlanStore::Postpone(const PlanLease& lease, Timestamp until, int failures,
                                              const std::string& why) {
  return Apply(lease, [&](pqxx::work& tx, ImportJob& job) {
    job.listing_error = why;
    ReturnPlan(tx, lease, until, failures);
  });
}

absl::StatusOr<ImportJob> PlanStore::Refuse(const PlanLease& lease, const std::string& why) {
  return Apply(lease, [&](pqxx::work& tx, ImportJob& job) {
    job.listing_error = why;
    job.listing_refused = true;
    ReturnPlan(tx, lease, clock_.Now(), 0);
  });
}

absl::Status PlanStore::HandBack(const PlanLease& lease) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { ReturnPlan(tx, lease, clock_.Now(), lease.failures); });
}

}  // namespace callimport::job_scheduler

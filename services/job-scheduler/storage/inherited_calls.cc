#include "services/job-scheduler/storage/inherited_calls.h"

#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "libs/telemetry/log.h"
#include "services/job-scheduler/storage/allowance.h"
#include "services/job-scheduler/storage/credential_releases_table.h"
#include "services/job-scheduler/storage/heirs_table.h"
#include "services/job-scheduler/storage/import_jobs_table.h"
#include "services/job-scheduler/storage/imported_calls_table.h"
#include "services/job-scheduler/storage/job_changes.h"

namespace callimport::job_scheduler {
namespace {

constexpr int kJobsAtOnce = 20;
constexpr int kCallsAtOnce = 1'000;

struct Terms {
  postgres::Pool& pool;
  ChangeListener& listener;
  const WorkspaceSettings& defaults;
  const Timestamp now;
};

using Ids = std::vector<std::string>;

struct Inherited {
  std::vector<ImportJob> jobs;
  int64_t calls = 0;
};

// The next look finds another one.
absl::Status HeirCancelled() {
  return Error(absl::StatusCode::kAborted, "HEIR_CANCELLED", "the other job was cancelled, too");
}

// ABORTED (HEIR_CANCELLED).
absl::StatusOr<Inherited> Inherit(pqxx::work& tx, const std::string& job_id,
                                  const std::string& heir_id, const Ids& call_ids,
                                  const Terms& terms) {
  const std::unordered_set<std::string> taken = AdoptCalls(tx, heir_id, call_ids, terms.now);
  Inherited inherited{.jobs = LockJobs(tx, {heir_id})};
  if (inherited.jobs.empty() || IsCancelled(inherited.jobs.front().state)) {
    return HeirCancelled();
  }
  inherited.calls = LinkInherited(tx, job_id, heir_id, {taken.begin(), taken.end()});
  if (inherited.calls == 0) return inherited;
  ImportJob& heir = inherited.jobs.front();
  heir.progress.set_duplicate_calls(heir.progress.duplicate_calls() - inherited.calls);
  RETURN_IF_ERROR(TakeForAllCalls(tx, heir, terms.defaults, terms.now));
  if (Apply(heir, JobEvent::kCallsInherited, terms.now)) TellRetainAgain(tx, heir_id);
  SaveAndAnnounce(tx, inherited.jobs);
  return inherited;
}

// False when it is to be looked at again.
absl::StatusOr<bool> GiveTo(const std::string& job_id, const std::string& heir_id,
                            const Ids& call_ids, const Terms& terms) {
  const auto inherited = postgres::Transact(
      terms.pool, [&](pqxx::work& tx) { return Inherit(tx, job_id, heir_id, call_ids, terms); });
  if (ReasonOf(inherited.status()) == "HEIR_CANCELLED") return false;
  if (ReasonOf(inherited.status()) == "ALLOWANCE_USED_UP") {
    log::Info("calls that another job left have a price, and stay skipped", {{"job_id", heir_id}});
    return true;
  }
  RETURN_IF_ERROR(inherited.status());
  // Another replica is about to give them.
  if (inherited->calls < static_cast<int64_t>(call_ids.size())) return false;
  log::Info("a job takes up what another one left",
            {{"job_id", heir_id}, {"from", job_id}, {"calls", inherited->calls}});
  terms.listener.JobsChanged(inherited->jobs);
  terms.listener.CallsQueued();
  return true;
}

Failed LeftByACancelledJob() {
  return {.reason = "TAKEN_OVER_AND_CANCELLED",
          .message =
              "a later import took this failed call over, and was cancelled before it was "
              "imported; it can be retried here"};
}

// The calls are counted there as failed already, so no number changes. False as above.
absl::StatusOr<bool> GiveBackTo(const std::string& job_id, const std::string& before_id,
                                const Ids& call_ids, const Terms& terms) {
  const auto given = postgres::Transact(terms.pool, [&](pqxx::work& tx) -> absl::StatusOr<size_t> {
    const auto back =
        GiveBackCalls(tx, job_id, before_id, call_ids, LeftByACancelledJob(), terms.now);
    const std::vector<ImportJob> jobs = LockJobs(tx, {before_id});
    if (jobs.empty() || IsCancelled(jobs.front().state)) return HeirCancelled();
    KeepRecords(tx, job_id, before_id, {back.begin(), back.end()});
    return back.size();
  });
  if (ReasonOf(given.status()) == "HEIR_CANCELLED") return false;
  RETURN_IF_ERROR(given.status());
  if (*given < call_ids.size()) return false;
  log::Info("a job has failed calls again that another one had taken over",
            {{"job_id", before_id}, {"from", job_id}, {"calls", static_cast<int64_t>(*given)}});
  return true;
}

using Find = LeftCalls (*)(pqxx::work&, const std::string&, const std::string&, int);
using Give = absl::StatusOr<bool> (*)(const std::string&, const std::string&, const Ids&,
                                      const Terms&);

// True when nothing is to be looked at again.
absl::StatusOr<bool> GiveAll(const CancelledJob& job, Find find, Give give, const Terms& terms) {
  bool all = true;
  std::string after;
  do {
    ASSIGN_OR_RETURN(const LeftCalls left, postgres::Transact(terms.pool, [&](pqxx::work& tx) {
                       return find(tx, job.job_id, after, kCallsAtOnce);
                     }));
    for (const auto& [heir_id, call_ids] : left.of_heir) {
      ASSIGN_OR_RETURN(const bool given, give(job.job_id, heir_id, call_ids, terms));
      all = all && given;
    }
    after = left.last_call_id;
  } while (!after.empty());
  return all;
}

absl::Status HandOver(const CancelledJob& job, const Terms& terms) {
  RETURN_IF_ERROR(
      postgres::Transact(terms.pool, [&](pqxx::work& tx) { AwaitPages(tx, job.workspace_id); }));
  ASSIGN_OR_RETURN(bool all, GiveAll(job, FindSkipped, GiveTo, terms));
  // Only what nobody waits for any more.
  if (all) {
    ASSIGN_OR_RETURN(all, GiveAll(job, FindTakenOver, GiveBackTo, terms));
  }
  if (!all) return absl::OkStatus();
  return postgres::Transact(terms.pool, [&](pqxx::work& tx) { MarkHandedOver(tx, job.job_id); });
}

}  // namespace

absl::Status HandOverSkippedCalls(postgres::Pool& pool, ChangeListener& listener,
                                  const WorkspaceSettings& defaults, Timestamp now) {
  ASSIGN_OR_RETURN(
      const std::vector<CancelledJob> jobs,
      postgres::Transact(pool, [](pqxx::work& tx) { return FindToHandOver(tx, kJobsAtOnce); }));
  for (const CancelledJob& job : jobs) {
    RETURN_IF_ERROR(HandOver(job, {pool, listener, defaults, now}));
  }
  return absl::OkStatus();
}

}  // namespace callimport::job_scheduler

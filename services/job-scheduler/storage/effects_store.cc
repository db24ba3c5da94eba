#include "services/job-scheduler/storage/effects_store.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/postgres/transact.h"
#include "services/job-scheduler/storage/effects_table.h"
#include "services/job-scheduler/storage/import_jobs_table.h"
#include "services/job-scheduler/storage/usage_table.h"

namespace callimport::job_scheduler {
namespace {

constexpr int kShownCalls = 20;

// All looks see the same moment, or work that goes on meanwhile would seem lost.
constexpr char kOneMoment[] = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";

std::vector<std::string> Shown(std::vector<std::string> call_ids) {
  if (call_ids.size() > kShownCalls) call_ids.resize(kShownCalls);
  return call_ids;
}

// Every call that the listing brought has one row.
EffectCount CallEffect(pqxx::work& tx, const ImportJob& job, const CallRows& rows) {
  const common::v1::Progress& progress = job.progress;
  EffectCount count = Compared("call", progress.listed_calls() - progress.duplicate_calls(),
                               rows.linked - rows.missing);
  if (rows.missing > 0) count.call_ids = FindMissingCalls(tx, job.job_id, kShownCalls);
  return count;
}

// What another job was to import is imported, or still may be. When that job was cancelled, a new
// import takes these calls up.
EffectCount DuplicateEffect(pqxx::work& tx, const ImportJob& job, const CallRows& rows) {
  EffectCount count = Compared("duplicate", job.progress.duplicate_calls(),
                               rows.duplicates - rows.abandoned_duplicates);
  if (count.lost > 0) count.call_ids = FindAbandonedDuplicates(tx, job.job_id, kShownCalls);
  return count;
}

// The numbers that people see are those of the rows.
EffectCount EndingEffect(const ImportJob& job, const CallRows& rows) {
  const common::v1::Progress& progress = job.progress;
  return Compared("counted ending",
                  progress.completed_calls() + progress.failed_calls() + progress.skipped_calls(),
                  rows.linked - rows.missing - rows.open);
}

EffectCount EngagementEffect(pqxx::work& tx, const ImportJob& job, const CallRows& rows) {
  const std::vector<std::string> shared = FindSharedEngagements(tx, job.job_id);
  EffectCount count{.effect = "engagement",
                    .expected = job.progress.completed_calls(),
                    .found = rows.completed - rows.without_engagement};
  count.lost = std::max<int64_t>(0, count.expected - count.found);
  count.doubled =
      std::max<int64_t>(static_cast<int64_t>(shared.size()), count.found - count.expected);
  count.call_ids = Shown(shared);
  return count;
}

// A job that is over was announced as over once since it last ran. Events are kept for an hour or
// so; what is no longer kept cannot be counted.
EffectCount EventEffect(pqxx::work& tx, const ImportJob& job) {
  const std::vector<common::v1::JobStatus> events = KeptEvents(tx, job.job_id);
  if (events.empty() || !IsTerminal(job.state)) return Compared("terminal event", 0, 0);
  const auto runs = [](const common::v1::JobStatus& status) { return !IsTerminal(status.state()); };
  const auto over = std::find_if(events.rbegin(), events.rend(), runs) - events.rbegin();
  return Compared("terminal event", 1, over);
}

// What an ended job has taken of the plan is no more than what it imported.
EffectCount UsageEffect(const ImportJob& job) {
  const int64_t taken = job.charge.free_held + job.charge.billed;
  const bool ended = IsTerminal(job.state);
  return Compared("usage unit", ended ? std::min(taken, job.progress.completed_calls()) : taken,
                  taken);
}

// The month's counter is what the jobs have taken, no more and no less.
EffectCount MonthEffect(pqxx::work& tx, const ImportJob& job) {
  const MonthUsage usage = FindUsage(tx, job.workspace_id, job.charge.month);
  return Compared("usage of " + job.charge.month,
                  SumCharges(tx, job.workspace_id, job.charge.month),
                  usage.free_calls + usage.billed_calls);
}

}  // namespace

absl::StatusOr<EffectsStore::Verified> EffectsStore::Verify(const std::string& workspace_id,
                                                            const std::string& job_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Verified> {
    tx.exec(kOneMoment);
    const auto job = FindJob(tx, workspace_id, job_id);
    if (!job) return Error(absl::StatusCode::kNotFound, "JOB_NOT_FOUND", "no job " + job_id);
    if (CallsForgotten(tx, job_id)) {
      return Error(absl::StatusCode::kFailedPrecondition, "CALLS_NOT_KEPT",
                   "the job ended so long ago that its calls are no longer kept");
    }
    const CallRows rows = CountCallRows(tx, job_id);
    Verified verified{.calls = rows.linked,
                      .effects = {CallEffect(tx, *job, rows), DuplicateEffect(tx, *job, rows),
                                  EndingEffect(*job, rows), EngagementEffect(tx, *job, rows),
                                  EventEffect(tx, *job)}};
    if (!job->charge.IsMetered()) return verified;
    verified.effects.push_back(UsageEffect(*job));
    verified.effects.push_back(MonthEffect(tx, *job));
    return verified;
  });
}

}  // namespace callimport::job_scheduler

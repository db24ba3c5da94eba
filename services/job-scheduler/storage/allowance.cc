#include "services/job-scheduler/storage/allowance.h"

#include <algorithm>
#include <map>
#include <utility>

#include "libs/common/errors.h"
#include "services/job-scheduler/domain/calendar_month.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {
namespace {

int64_t LeftOf(const WorkspaceSettings& settings, const MonthUsage& usage) {
  return std::max<int64_t>(0, settings.free_calls_per_month - usage.free_calls);
}

}  // namespace

FreeCalls FindFreeCalls(pqxx::work& tx, const std::string& workspace_id,
                        const WorkspaceSettings& defaults, Timestamp now) {
  const WorkspaceSettings settings = FindWorkspace(tx, workspace_id, defaults);
  FreeCalls free_calls{.month = MonthOf(now, settings.time_zone),
                       .included = settings.free_calls_per_month,
                       .left = 0,
                       .usage = {}};
  free_calls.usage = FindUsage(tx, workspace_id, free_calls.month);
  free_calls.left = LeftOf(settings, free_calls.usage);
  return free_calls;
}

int64_t TakeFreeCalls(pqxx::work& tx, ImportJob& job, int64_t wanted,
                      const WorkspaceSettings& defaults, Timestamp now) {
  const WorkspaceSettings settings = FindWorkspace(tx, job.workspace_id, defaults);
  job.charge.month = MonthOf(now, settings.time_zone);
  const MonthUsage usage = LockUsage(tx, job.workspace_id, job.charge.month);
  const int64_t taken = std::clamp<int64_t>(wanted, 0, LeftOf(settings, usage));
  if (taken > 0) AddUsage(tx, job.workspace_id, job.charge.month, {.free_calls = taken});
  job.charge.free_held += taken;
  return taken;
}

absl::Status TakeForAllCalls(pqxx::work& tx, ImportJob& job, const WorkspaceSettings& defaults,
                             Timestamp now) {
  if (!job.charge.IsMetered()) return absl::OkStatus();
  const common::v1::Progress& progress = job.progress;
  const int64_t calls = progress.listed_calls() - progress.duplicate_calls() -
                        progress.failed_calls() - progress.skipped_calls();
  const int64_t lacking = calls - job.charge.free_held - job.charge.billable;
  if (lacking <= 0) return absl::OkStatus();
  const int64_t taken = TakeFreeCalls(tx, job, lacking, defaults, now);
  return taken < lacking && job.charge.billable == 0 ? AllowanceUsedUp() : absl::OkStatus();
}

void ChargeJobs(pqxx::work& tx, std::vector<ImportJob>& jobs) {
  // In order, so that transactions which change several months never wait in a circle.
  std::map<std::pair<std::string, std::string>, UsageChange> months;
  for (ImportJob& job : jobs) {
    if (!job.charge.IsMetered()) continue;
    const int64_t completed = job.progress.completed_calls();
    const UsageChange change = Recount(job.charge, completed, IsTerminal(job.state));
    job.progress.set_billed_calls(completed);
    if (change == UsageChange{}) continue;
    UsageChange& sum = months[{job.workspace_id, job.charge.month}];
    sum.free_calls += change.free_calls;
    sum.billed_calls += change.billed_calls;
    sum.billed_cents += change.billed_cents;
  }
  for (const auto& [month, change] : months) AddUsage(tx, month.first, month.second, change);
}

absl::Status AllowanceUsedUp() {
  return Error(absl::StatusCode::kResourceExhausted, "ALLOWANCE_USED_UP",
               "the plan's free calls of this month are used up");
}

}  // namespace callimport::job_scheduler

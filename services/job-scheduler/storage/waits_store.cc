#include "services/job-scheduler/storage/waits_store.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "services/job-scheduler/domain/queue_contest.h"
#include "services/job-scheduler/storage/import_jobs_table.h"
#include "services/job-scheduler/storage/job_changes.h"
#include "services/job-scheduler/storage/waits_table.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {
namespace {

using common::v1::Wait;

// An estimate that moves less is no news.
constexpr std::chrono::seconds kNewsworthy{60};
constexpr int kNewsworthyShare = 20;  // of the time that is left: 5 %

bool Has(const std::vector<Wait>& waits, Wait::Reason reason) {
  return std::any_of(waits.begin(), waits.end(),
                     [&](const Wait& wait) { return wait.reason() == reason; });
}

// By reasons of the calendar, and not by how it goes.
bool IsHeld(const ImportJob& job, const WaitFacts& facts, const std::vector<Wait>& waits,
            Timestamp now) {
  if (Has(waits, Wait::REASON_PAUSED) || Has(waits, Wait::REASON_JOB_LIMIT) ||
      Has(waits, Wait::REASON_MAINTENANCE)) {
    return true;
  }
  if (!ObeysWindow(job.work_class, job.run_now)) return false;
  const WorkspaceSettings& workspace = facts.workspace;
  return facts.queue.started_in_window >= workspace.bulk_calls_per_window ||
         !BulkWindow(workspace.time_zone, workspace.bulk_hours).IsOpen(now);
}

WorkingHours HoursOf(const ImportJob& job, const WaitFacts& facts) {
  if (!ObeysWindow(job.work_class, job.run_now)) return {};
  return {.window = BulkWindow(facts.workspace.time_zone, facts.workspace.bulk_hours),
          .calls_per_window = facts.workspace.bulk_calls_per_window,
          .started_in_window = static_cast<int>(facts.queue.started_in_window)};
}

// A job has not ended before the last of its calls that are put off was tried again, and not before
// its listing goes on.
std::optional<Timestamp> NotBefore(const QueueFacts& queue) {
  return std::max({queue.quota.last, queue.breaker.last, queue.retry.last, queue.listing_until});
}

bool Moved(std::optional<Timestamp> from, std::optional<Timestamp> to, Timestamp now) {
  if (from.has_value() != to.has_value()) return true;
  if (!from) return false;
  const auto step = *from > *to ? *from - *to : *to - *from;
  return step > std::max<Timestamp::duration>(kNewsworthy, (*to - now) / kNewsworthyShare);
}

// The same but for their numbers, which change all the time.
bool SameWaits(const std::vector<Wait>& before, const std::vector<Wait>& after) {
  return std::equal(before.begin(), before.end(), after.begin(), after.end(),
                    [](const Wait& one, const Wait& other) {
                      return one.reason() == other.reason() &&
                             one.until_time().seconds() == other.until_time().seconds();
                    });
}

// False when there is nothing new to be told.
bool Look(ImportJob& job, const WaitFacts& facts, JobPace& pace, Timestamp now) {
  std::vector<Wait> waits = ShownWaits(job, facts, now);
  Look(pace, job, IsHeld(job, facts, waits, now), now);
  const auto estimate = EstimateFinish(job, pace, HoursOf(job, facts), NotBefore(facts.queue), now);
  const auto earliest = estimate ? std::optional(estimate->earliest) : std::nullopt;
  const auto latest = estimate ? std::optional(estimate->latest) : std::nullopt;
  if (SameWaits(job.waits, waits) && !Moved(job.finish_earliest, earliest, now) &&
      !Moved(job.finish_latest, latest, now)) {
    return false;
  }
  job.waits = std::move(waits);
  job.finish_earliest = earliest;
  job.finish_latest = latest;
  return true;
}

}  // namespace

absl::StatusOr<WaitsStore::Found> WaitsStore::Find(const std::string& workspace_id,
                                                   const std::string& job_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Found> {
    auto job = FindJob(tx, workspace_id, job_id);
    if (!job) return Error(absl::StatusCode::kNotFound, "JOB_NOT_FOUND", "no job " + job_id);
    Found found{.job = *std::move(job), .facts = {}};
    found.facts.workspace = FindWorkspace(tx, workspace_id, defaults_);
    found.facts.queue = FindQueueFacts(tx, found.job, found.facts.workspace, places_, clock_.Now());
    return found;
  });
}

absl::StatusOr<WorkspaceSettings> WaitsStore::FindSettings(const std::string& workspace_id) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { return FindWorkspace(tx, workspace_id, defaults_); });
}

absl::StatusOr<std::vector<WaitsStore::Found>> WaitsStore::FindUnwatched(
    std::chrono::seconds unseen, int limit) {
  const Timestamp now = clock_.Now();
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    std::vector<Found> all;
    for (const std::string& job_id : job_scheduler::FindUnwatched(tx, now - unseen, limit)) {
      auto job = FindJobAnywhere(tx, job_id);
      if (!job) continue;
      Found& found = all.emplace_back(Found{.job = *std::move(job), .facts = {}});
      found.facts.workspace = FindWorkspace(tx, found.job.workspace_id, defaults_);
      found.facts.queue = FindQueueFacts(tx, found.job, found.facts.workspace, places_, now);
    }
    return all;
  });
}

absl::Status WaitsStore::Keep(const std::string& job_id, const WaitFacts& facts) {
  const Timestamp now = clock_.Now();
  std::vector<ImportJob> changed;
  RETURN_IF_ERROR(postgres::Transact(pool_, [&](pqxx::work& tx) {
    changed.clear();
    for (ImportJob& job : LockJobs(tx, {job_id})) {
      if (IsTerminal(job.state)) continue;
      JobPace pace = FindPace(tx, job_id);
      const bool news = Look(job, facts, pace, now);
      SavePace(tx, job_id, pace);
      if (news) changed.push_back(std::move(job));
    }
    SaveAndAnnounce(tx, changed);
  }));
  if (!changed.empty()) listener_.JobsChanged(changed);
  return absl::OkStatus();
}

}  // namespace callimport::job_scheduler

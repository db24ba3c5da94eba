// What must hold in a world, at every start of a call and at the end.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "libs/postgres/transact.h"
#include "libs/postgres/values.h"
#include "services/job-scheduler/domain/bulk_window.h"
#include "services/job-scheduler/domain/queue_contest.h"
#include "services/job-scheduler/storage/import_jobs_table.h"
#include "tests/simulation/replica.h"
#include "tests/simulation/world.h"

namespace callimport::simulation {
namespace {

using std::chrono::seconds;

bool IsBulk(const scheduler::ImportJob& job) {
  return scheduler::ObeysWindow(job.work_class, job.run_now);
}

bool WasCancelled(const scheduler::ImportJob& job) {
  return job.state == common::v1::JOB_STATE_CANCELLED;
}

}  // namespace

void World::Saw(const scheduler::LeasedCall& call, Timestamp until) {
  const Timestamp now = clock_.Now();
  Note("started " + call.record.source_call_id() + " lease " + std::to_string(call.lease.number));
  if (until <= now) Complain("a lease that is over already");
  for (const auto& worker : workers_) {
    if (worker->Holds(call.lease.call_id, now)) {
      Complain("call " + call.record.source_call_id() + " is leased twice");
    }
  }
  const scheduler::ImportJob job = FindJob(call.job_id);
  starts_.push_back({now, job.credential_id, call.lease, IsBulk(job)});
  if (job.state != common::v1::JOB_STATE_IN_PROGRESS) {
    Complain("a call was started of a job that is " + scheduler::NameOf(job.state));
  }
  if (call.job_epoch != job.epoch) Complain("a call was started under an old epoch");
  CheckStart(job);
}

void World::TakeBack(const scheduler::LeasedCall& call) {
  Note("gave up " + call.record.source_call_id() + " lease " + std::to_string(call.lease.number));
  for (Start& start : starts_) start.released |= start.lease == call.lease;
}

void World::CheckStart(const scheduler::ImportJob& job) {
  const Timestamp now = clock_.Now();
  const auto second = std::chrono::floor<seconds>(now);
  const scheduler::WorkspaceSettings& settings = WorkspaceOf(job.workspace_id).settings;
  const scheduler::BulkWindow window(settings.time_zone, settings.bulk_hours);
  int in_second = 0;
  int in_window = 0;
  for (const Start& start : starts_) {
    if (start.credential_id != job.credential_id) continue;
    in_second += int{start.at >= second};
    in_window += int{start.bulk && !start.released && start.at >= window.OpenedAt(now)};
  }
  if (in_second > kStartsPerSecond) Complain("too many calls were started in a second");
  if (!IsBulk(job)) return;
  if (!window.IsOpen(now)) Complain("a bulk call was started outside its window");
  if (in_window > settings.bulk_calls_per_window) {
    Complain("too many bulk calls were started in a window");
  }
}

void World::CheckLimits() {
  constexpr char kMostLeased[] = R"sql(
    SELECT coalesce(max(leased), 0) FROM (
      SELECT count(*) AS leased
      FROM imported_calls AS call JOIN import_jobs AS job USING (job_id)
      WHERE call.leased_until > $1 GROUP BY job.workspace_id, job.credential_id) AS counted)sql";
  const auto leased = postgres::Transact(pool_, [&](pqxx::work& tx) {
    return tx.exec_params1(kMostLeased, postgres::ToSql(clock_.Now()))[0].as<int64_t>();
  });
  if (!leased.ok()) return Complain(leased.status().ToString());
  if (*leased > kConcurrentCalls) {
    Complain(std::to_string(*leased) + " calls of one credential are in work at once");
  }
}

void World::CheckEnd() {
  for (const auto& known : jobs_) {
    const scheduler::ImportJob job = FindJob(known.job_id);
    const auto verified = replicas_[0]->effects.Verify(job.workspace_id, job.job_id);
    if (!verified.ok()) {
      Complain(verified.status().ToString());
      continue;
    }
    for (const auto& effect : verified->effects) {
      // What a cancelled job has left undone is no duplicate any more; CheckCalls excuses it too.
      if (effect.lost + effect.doubled == 0 || effect.effect == "duplicate") continue;
      Complain("job " + job.job_id + " (" + scheduler::NameOf(job.state) + "): " + effect.effect +
               " expected " + std::to_string(effect.expected) + ", found " +
               std::to_string(effect.found) + ", doubled " + std::to_string(effect.doubled));
    }
  }
  for (const auto& [call_id, times] : completions_) {
    if (times > 1) Complain("call " + call_id + " was completed more than once");
  }
  CheckCalls();
  CheckFeed();
}

// What the vendor has is what is stored.
void World::CheckCalls() {
  std::map<std::pair<std::string, std::string>, std::string> stored;
  (void)postgres::Transact(pool_, [&](pqxx::work& tx) {
    for (const pqxx::row& row :
         tx.exec("SELECT workspace_id, source_call_id, state FROM imported_calls")) {
      stored[{row[0].as<std::string>(), row[1].as<std::string>()}] = row[2].as<std::string>();
    }
  });
  std::set<std::pair<std::string, std::string>> cancelled;
  std::set<std::pair<std::string, std::string>> owed;  // by a job that was not
  std::map<std::pair<std::string, std::string>, bool> wanted;
  for (const auto& known : jobs_) {
    const scheduler::ImportJob job = FindJob(known.job_id);
    for (const VendorCall& call : vendor_.AccountOf(job.credential_id).calls) {
      if (call.start < job.window.start || call.start >= job.window.end) continue;
      const auto key = std::pair(job.workspace_id, call.id);
      (WasCancelled(job) ? cancelled : owed).insert(key);
      wanted[key] = call.poison;
    }
  }
  for (const auto& [key, poison] : wanted) {
    const auto found = stored.find(key);
    const std::string state = found == stored.end() ? "lost" : found->second;
    const std::string should = poison ? "FAILED" : "COMPLETED";
    imported_ += int{state == "COMPLETED"};
    // What a job is owed comes back to it, from whichever job is cancelled.
    const bool nobodys = cancelled.contains(key) && !owed.contains(key);
    const bool excused = nobodys && (state == "lost" || state == "SKIPPED");
    if (state != should && !excused) {
      Complain("call " + key.second + " of " + key.first + " is " + state + ", not " + should);
    }
  }
  for (const auto& [key, state] : stored) {
    if (!wanted.contains(key)) Complain("call " + key.second + " was not asked for");
  }
}

// Nothing is missing between the first event and the last, and the last tells how it is.
void World::CheckFeed() {
  constexpr char kGaps[] =
      "SELECT coalesce(max(revision) - min(revision) + 1 - count(*), 0) FROM job_events";
  constexpr char kLast[] = R"sql(
    SELECT body FROM job_events WHERE subject = $1 ORDER BY revision DESC LIMIT 1)sql";
  (void)postgres::Transact(pool_, [&](pqxx::work& tx) {
    if (tx.exec1(kGaps)[0].as<int64_t>() != 0) Complain("the feed has gaps");
    for (const auto& known : jobs_) {
      common::v1::JobStatus last;
      last.ParseFromString(postgres::FromBytea(tx.exec_params1(kLast, known.job_id)["body"]));
      const auto job = *scheduler::FindJobAnywhere(tx, known.job_id);
      if (last.state() != job.state ||
          last.progress().completed_calls() != job.progress.completed_calls()) {
        Complain("the last event of " + job.job_id + " is not how it is");
      }
    }
  });
}

}  // namespace callimport::simulation

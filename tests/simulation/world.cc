#include "tests/simulation/world.h"

#include <algorithm>
#include <utility>

#include "libs/common/ids.h"
#include "libs/postgres/boundaries.h"
#include "libs/postgres/transact.h"
#include "libs/postgres/values.h"
#include "services/job-scheduler/domain/bulk_window.h"
#include "services/job-scheduler/storage/import_jobs_table.h"
#include "services/job-scheduler/storage/workspaces_table.h"
#include "tests/simulation/replica.h"

namespace callimport::simulation {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// The process ends here.
struct Crash {};

constexpr int kStormSteps = 120;
constexpr int kMostJobs = 4;
constexpr int kMostRounds = 400;

// Before clocks are set, forward and back, and a day on which nothing happens.
const Timestamp kDays[] = {
    Timestamp(seconds(1'774'638'000)),  // 2026-03-27 19:00 UTC
    Timestamp(seconds(1'792'868'400)),  // 2026-10-24 19:00 UTC
    Timestamp(seconds(1'781'524'800)),  // 2026-06-15 12:00 UTC
};

}  // namespace

World::World(postgres::Pool& pool, std::uint64_t seed, std::optional<int> only_crash)
    : pool_(pool),
      seed_(seed),
      random_(seed),
      clock_(kDays[seed % std::size(kDays)]),
      chance_(seed, clock_),
      vendor_(clock_, seed),
      only_crash_(only_crash) {
  BuildWorkspaces();
  for (int replica = 0; replica < 2; ++replica) {
    replicas_.push_back(std::make_unique<Replica>(pool_, vendor_, Terms(), clock_));
  }
  const Observer observer{
      .started = [this](const auto& call, Timestamp until) { Saw(call, until); },
      .completed =
          [this](const auto& call) {
            Note("completed " + call.record.source_call_id() + " lease " +
                 std::to_string(call.lease.number));
            ++completions_[call.lease.call_id];
          },
      .released = [this](const auto& call) { TakeBack(call); },
      .is_poison =
          [this](const auto& call) {
            const auto& calls = vendor_.AccountOf(call.credential_id).calls;
            return std::any_of(calls.begin(), calls.end(), [&](const VendorCall& known) {
              return known.id == call.record.source_call_id() && known.poison;
            });
          }};
  for (int worker = 0; worker < 3; ++worker) {
    workers_.push_back(std::make_unique<SimulatedWorker>("worker-" + std::to_string(worker), clock_,
                                                         random_(), observer));
  }
}

World::~World() = default;

scheduler::QueueTerms World::Terms() {
  scheduler::QueueTerms terms;
  terms.limits.starts_per_second = kStartsPerSecond;
  terms.limits.concurrent_calls = kConcurrentCalls;
  return terms;
}

void World::BuildWorkspaces() {
  static constexpr const char* kZones[] = {"UTC", "Europe/Berlin", "America/New_York",
                                           "Australia/Lord_Howe"};
  for (const std::string name : {"acme", "umbrella"}) {
    scheduler::WorkspaceChange change;
    change.time_zone = kZones[Pick(std::size(kZones))];
    change.bulk_hours = scheduler::BulkHours{.start = static_cast<int>(Pick(24)),
                                             .end = static_cast<int>(Pick(24))};
    change.bulk_calls_per_window = 4 + static_cast<int>(Pick(12));
    change.max_running_jobs = 1 + static_cast<int>(Pick(3));
    Workspace workspace;
    (void)postgres::Transact(pool_, [&](pqxx::work& tx) {
      scheduler::SaveWorkspace(tx, name, change);
      workspace.settings = scheduler::FindWorkspace(tx, name, {});
    });
    // Half of the calls are in both accounts of a workspace.
    for (const std::string account : {"a", "b"}) {
      workspace.credentials.push_back(NewUuid());
      vendor_.AddAccount(workspace.credentials.back(), DrawAccount(name + account));
    }
    workspaces_.push_back(std::move(workspace));
  }
}

Account World::DrawAccount(const std::string& prefix) {
  Account account;
  account.page_size = 1 + static_cast<int>(Pick(5));
  account.max_range_days = Happens(0.3) ? 3 : 0;
  account.cursor_life = seconds(5 + Pick(100));
  account.tells_cursor_life = Happens(0.5);
  Timestamp start = clock_.Now() - hours(24 * 10);
  for (size_t call = 0, calls = 3 + Pick(9); call < calls; ++call) {
    if (Happens(0.7)) start += minutes(Pick(2'000));
    const bool shared = call % 2 == 0;
    const std::string id =
        (shared ? prefix.substr(0, prefix.size() - 1) : prefix) + "-" + std::to_string(call);
    account.calls.push_back({.id = id, .start = start, .poison = shared && call == 6});
  }
  return account;
}

std::vector<std::string> World::Run() {
  const postgres::BoundaryListener listener(
      [this](postgres::Boundary boundary) { Reach(boundary); });
  Storm();
  Calm();
  CheckEnd();
  return wrong_;
}

void World::Reach(postgres::Boundary boundary) {
  const bool committed = boundary == postgres::Boundary::kAfterCommit;
  if (committed) vendor_.OnCommit();
  if (!acting_) return;
  if (only_crash_ && boundaries_ == *only_crash_) {
    ++boundaries_;
    throw Crash();
  }
  ++boundaries_;
  if (!fuse_ || --*fuse_ >= 0) return;
  fuse_.reset();
  // The process lives on without knowing, or it does not.
  if (committed && Happens(0.3)) throw pqxx::in_doubt_error("simulated");
  throw Crash();
}

void World::Storm() {
  for (int step = 0; step < kStormSteps && wrong_.empty(); ++step) {
    if (jobs_.size() + wishes_.size() < kMostJobs && Happens(0.15)) MakeAWish();
    ActSafely([this](Replica& replica) { Act(replica); });
    CheckLimits();
    TurnClock();
  }
}

void World::Calm() {
  calm_ = true;
  vendor_.CalmDown();
  for (const auto& worker : workers_) worker->CalmDown();
  MakeAWish();
  Note("calm");
  for (int round = 0; round < kMostRounds && wrong_.empty(); ++round) {
    bool busy = false;
    ActSafely([&](Replica& replica) {
      CreateJobs(replica);
      (void)replica.queue.Reclaim();
      while (replica.planner.PlanOne()) busy = true;
      for (const auto& worker : workers_) {
        worker->WakeUp();
        worker->Lease(replica.queue, 10);
        busy |= !worker->idle();
        worker->Report(replica.queue);
      }
      if (!busy) (void)replica.explainer.Refresh();
    });
    CheckLimits();
    if (AllEnded()) return RetryWhatFailed();
    busy ? clock_.Advance(seconds(1)) : AdvanceToWhatIsNext();
  }
  if (wrong_.empty()) Complain("some job never ends");
}

// Once more by hand, as people do; then nothing but what cannot be had stays FAILED.
void World::RetryWhatFailed() {
  for (const auto& job : jobs_) {
    const auto retried =
        replicas_[0]->jobs.RetryFailed(job.workspace_id, job.job_id, scheduler::FailedCalls());
    if (retried.ok()) Note("retried " + std::to_string(retried->calls) + " of " + job.job_id);
  }
  for (int round = 0; round < kMostRounds && !AllEnded(); ++round) {
    bool busy = false;
    while (replicas_[0]->planner.PlanOne()) busy = true;
    for (const auto& worker : workers_) {
      worker->Lease(replicas_[0]->queue, 10);
      busy |= !worker->idle();
      worker->Report(replicas_[0]->queue);
    }
    CheckLimits();
    busy ? clock_.Advance(seconds(1)) : AdvanceToWhatIsNext();
  }
  if (!AllEnded()) Complain("some job never ends after its retry");
}

void World::ActSafely(const std::function<void(Replica&)>& act) {
  const size_t place = Pick(replicas_.size());
  if (!calm_ && !only_crash_ && Happens(0.25)) fuse_ = static_cast<int>(Pick(9));
  acting_ = true;
  try {
    act(*replicas_[place]);
  } catch (const Crash&) {
    ++crashes_;
    Note("replica " + std::to_string(place) + " died");
    replicas_[place] = std::make_unique<Replica>(pool_, vendor_, Terms(), clock_);
  }
  acting_ = false;
  fuse_.reset();
}

void World::Act(Replica& replica) {
  SimulatedWorker& worker = *workers_[Pick(workers_.size())];
  switch (Pick(16)) {
    case 0:
    case 1:
    case 2:
      CreateJobs(replica);
      replica.planner.PlanOne();
      return;
    case 3:
    case 4:
    case 5:
    case 6:
      worker.Lease(replica.queue, 1 + static_cast<int>(Pick(6)));
      return;
    case 7:
    case 8:
    case 9:
      worker.Report(replica.queue);
      return;
    case 10:
      worker.Renew(replica.queue);
      return;
    case 11:
      Happens(0.5) ? worker.Release(replica.queue) : worker.Die();
      return;
    case 12:
      Happens(0.5) ? worker.FallAsleep() : worker.WakeUp();
      return;
    case 13:
      (void)replica.queue.Reclaim();
      return;
    case 14:
      (void)replica.explainer.Refresh();
      return;
    default:
      Order(replica);
  }
}

void World::MakeAWish() {
  const Workspace& workspace = workspaces_[Pick(workspaces_.size())];
  Wish wish{.job = {}, .request_id = NewUuid()};
  scheduler::ImportJob& job = wish.job;
  job.workspace_id = workspace.settings.workspace_id;
  job.credential_id = workspace.credentials[Pick(workspace.credentials.size())];
  job.window = {clock_.Now() - hours(24 * 10 - 24 * static_cast<int>(Pick(6))),
                clock_.Now() - hours(24 * static_cast<int>(Pick(4)))};
  static constexpr common::v1::WorkClass kClasses[] = {
      common::v1::WORK_CLASS_BULK, common::v1::WORK_CLASS_BULK, common::v1::WORK_CLASS_SYNC,
      common::v1::WORK_CLASS_INTERACTIVE};
  job.work_class = kClasses[Pick(std::size(kClasses))];
  job.correlation_id = "simulation";
  job.created_at = clock_.Now();
  wishes_.push_back(std::move(wish));
}

void World::CreateJobs(Replica& replica) {
  while (!wishes_.empty()) {
    // As the service does it: each request names a new job, and the first one counts.
    wishes_.front().job.job_id = NewUuid();
    const auto created =
        replica.jobs.Create(wishes_.front().job, {wishes_.front().request_id, "digest"});
    if (!created.ok()) return;
    Note("created " + created->job_id + " of " + created->workspace_id);
    jobs_.push_back(*created);
    wishes_.erase(wishes_.begin());
  }
}

void World::Order(Replica& replica) {
  if (jobs_.empty()) return;
  const scheduler::ImportJob& job = jobs_[Pick(jobs_.size())];
  const std::string& workspace = job.workspace_id;
  absl::Status done;
  std::string what;
  switch (Pick(7)) {
    case 0:
    case 1:
      what = "pause";
      done = replica.jobs.Pause(workspace, job.job_id).status();
      break;
    case 2:
    case 3:
      what = "resume";
      done = replica.jobs.Resume(workspace, job.job_id).status();
      break;
    case 4:
      what = "cancel";
      done = replica.jobs.Cancel(workspace, job.job_id).status();
      break;
    case 5:
      what = "retry";
      done = replica.jobs.RetryFailed(workspace, job.job_id, scheduler::FailedCalls()).status();
      break;
    default:
      what = "run now";
      done = replica.jobs.RunNow(workspace, job.job_id, {}, "simulation").status();
  }
  Note(what + " " + job.job_id + ": " + done.ToString());
  if (absl::IsInternal(done)) Complain(what + ": " + done.ToString());
}

void World::TurnClock() {
  if (Happens(0.6)) return clock_.Advance(milliseconds(Pick(3'000)));
  if (Happens(0.65)) return clock_.Advance(seconds(3 + Pick(27)));
  if (Happens(0.7)) return clock_.Advance(minutes(1 + Pick(20)));
  clock_.Advance(minutes(60 + Pick(600)));
}

void World::AdvanceToWhatIsNext() {
  const Timestamp now = clock_.Now();
  Timestamp next = now + hours(24);
  for (const Workspace& workspace : workspaces_) {
    const scheduler::BulkWindow window(workspace.settings.time_zone, workspace.settings.bulk_hours);
    next = std::min({next, window.OpensAt(now).value_or(next), window.NextAfter(now)});
  }
  constexpr char kNext[] = R"sql(
    SELECT least((SELECT min(available_at) FROM imported_calls WHERE available_at > $1),
                 (SELECT min(plan_after) FROM import_jobs WHERE plan_after > $1),
                 (SELECT min(planned_until) FROM import_jobs WHERE planned_until > $1),
                 (SELECT min(leased_until) FROM call_leases WHERE leased_until > $1),
                 (SELECT min(parked_until) FROM credential_parkings WHERE parked_until > $1)))sql";
  const auto due = postgres::Transact(pool_, [&](pqxx::work& tx) {
    return postgres::NullableTime(tx.exec_params1(kNext, postgres::ToSql(now))[0]);
  });
  if (due.ok() && *due) next = std::min(next, **due);
  clock_.Advance(std::chrono::ceil<milliseconds>(next - now) + milliseconds(1));
}

bool World::AllEnded() {
  bool ended = wishes_.empty();
  for (const auto& known : jobs_) {
    const scheduler::ImportJob job = FindJob(known.job_id);
    if (job.state == common::v1::JOB_STATE_PAUSED) {
      ActSafely([&](Replica& replica) { (void)replica.jobs.Resume(job.workspace_id, job.job_id); });
    }
    ended &= scheduler::IsTerminal(job.state);
  }
  return ended;
}

scheduler::ImportJob World::FindJob(const std::string& job_id) {
  const bool acting = std::exchange(acting_, false);
  auto job = *postgres::Transact(
      pool_, [&](pqxx::work& tx) { return *scheduler::FindJobAnywhere(tx, job_id); });
  acting_ = acting;
  return job;
}

const World::Workspace& World::WorkspaceOf(const std::string& workspace_id) const {
  return *std::find_if(workspaces_.begin(), workspaces_.end(), [&](const Workspace& workspace) {
    return workspace.settings.workspace_id == workspace_id;
  });
}

void World::Note(const std::string& what) {
  history_.push_back(postgres::ToSql(clock_.Now()) + " " + what);
}

void World::Complain(const std::string& what) {
  Note("WRONG: " + what);
  wrong_.push_back(what);
}

bool World::Happens(double share) {
  return std::uniform_real_distribution<double>(0, 1)(random_) < share;
}

size_t World::Pick(size_t size) { return static_cast<size_t>(random_() % size); }

}  // namespace callimport::simulation

// A small world around the real planner, queue and stores: two replicas of job-scheduler, workers,
// a vendor, people who pause, cancel and retry, and a clock that only the world turns. Everything
// that happens follows from a seed; replicas die at the boundaries of their transactions.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "libs/common/chance.h"
#include "libs/postgres/boundaries.h"
#include "libs/postgres/pool.h"
#include "libs/testing/fake_clock.h"
#include "services/job-scheduler/domain/workspace_settings.h"
#include "tests/simulation/simulated_vendor.h"
#include "tests/simulation/simulated_worker.h"

namespace callimport::simulation {

struct Replica;

class World {
 public:
  // The database is empty but for its schema. With `only_crash` one replica dies, at that boundary
  // of all that replicas come to; without, many do, by chance.
  World(postgres::Pool& pool, std::uint64_t seed, std::optional<int> only_crash = {});
  ~World();

  // Until every job has ended. What is wrong then; empty: nothing.
  std::vector<std::string> Run();

  // What happened, step by step.
  const std::vector<std::string>& history() const { return history_; }
  int crashes() const { return crashes_; }
  // Of the transactions of replicas.
  int boundaries() const { return boundaries_; }
  int64_t imported() const { return imported_; }

 private:
  struct Workspace {
    scheduler::WorkspaceSettings settings;
    std::vector<std::string> credentials;
  };
  struct Start {
    Timestamp at;
    std::string credential_id;
    scheduler::Lease lease;
    bool bulk;
    // Handed back, and so it does not count for the night.
    bool released = false;
  };

  struct Wish {
    scheduler::ImportJob job;
    std::string request_id;
  };

  static constexpr int kConcurrentCalls = 4;
  static constexpr int kStartsPerSecond = 3;
  static scheduler::QueueTerms Terms();

  void BuildWorkspaces();
  Account DrawAccount(const std::string& prefix);
  void Reach(postgres::Boundary boundary);
  void Storm();
  void Calm();
  // Does something on a replica that may die of it.
  void Act(Replica& replica);
  void ActSafely(const std::function<void(Replica&)>& act);
  void MakeAWish();
  void CreateJobs(Replica& replica);
  void Order(Replica& replica);
  void TurnClock();
  void AdvanceToWhatIsNext();
  bool AllEnded();
  void RetryWhatFailed();

  void TakeBack(const scheduler::LeasedCall& call);
  void Saw(const scheduler::LeasedCall& call, Timestamp until);
  void CheckStart(const scheduler::ImportJob& job);
  void CheckLimits();
  void CheckEnd();
  void CheckCalls();
  void CheckFeed();

  void Note(const std::string& what);
  void Complain(const std::string& what);
  bool Happens(double share);
  size_t Pick(size_t size);
  scheduler::ImportJob FindJob(const std::string& job_id);
  const Workspace& WorkspaceOf(const std::string& workspace_id) const;

  postgres::Pool& pool_;
  const std::uint64_t seed_;
  std::mt19937_64 random_;
  testing::FakeClock clock_;
  RepeatableChance chance_;
  SimulatedVendor vendor_;
  std::vector<Workspace> workspaces_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::vector<std::unique_ptr<SimulatedWorker>> workers_;
  std::vector<scheduler::ImportJob> jobs_;
  // Asked for, and not answered yet: the request is repeated until it is.
  std::vector<Wish> wishes_;
  std::vector<Start> starts_;
  std::map<std::string, int> completions_;
  std::vector<std::string> history_;
  std::vector<std::string> wrong_;
  const std::optional<int> only_crash_;
  // A replica does something; the world itself does not die.
  bool acting_ = false;
  // Boundaries until the replica dies; unset: it lives.
  std::optional<int> fuse_;
  bool calm_ = false;
  int crashes_ = 0;
  int boundaries_ = 0;
  int64_t imported_ = 0;
};

}  // namespace callimport::simulation

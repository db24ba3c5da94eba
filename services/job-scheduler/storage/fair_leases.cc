#include "services/job-scheduler/storage/fair_leases.h"

#include <deque>
#include <iterator>
#include <set>

#include "services/job-scheduler/domain/fair_share.h"
#include "services/job-scheduler/domain/queue_contest.h"
#include "services/job-scheduler/storage/fair_queue_table.h"
#include "services/job-scheduler/storage/held_workspaces.h"
#include "services/job-scheduler/storage/index_order.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {
namespace {

// Jobs that have no call due after all make room for others, so often.
constexpr int kRounds = 8;

QueueState FindState(pqxx::work& tx, std::vector<QueuedJob> jobs, const StartLimits& limits,
                     const WorkspaceSettings& defaults, Timestamp now) {
  QueueState state;
  state.jobs = std::move(jobs);
  std::set<std::string> workspaces;
  std::set<CredentialKey> credentials;
  for (const QueuedJob& job : state.jobs) {
    workspaces.insert(job.credential.first);
    credentials.insert(job.credential);
  }
  for (WorkspaceSettings& found :
       FindWorkspaces(tx, {workspaces.begin(), workspaces.end()}, defaults)) {
    const std::string workspace_id = found.workspace_id;
    state.workspaces[workspace_id] = std::move(found);
  }
  HaltHeldJobs(tx, state);
  state.starts = FindStarts(tx, {credentials.begin(), credentials.end()});
  state.parkings = FindParkings(tx, now - limits.woken_for);
  return state;
}

std::map<std::string, int> CountByJob(const std::vector<std::string>& turns) {
  std::map<std::string, int> counts;
  for (const std::string& job_id : turns) ++counts[job_id];
  return counts;
}

// The calls that there were for these turns, in the order of the turns.
std::vector<LeasedCall> InTurn(std::vector<LeasedCall> calls,
                               const std::vector<std::string>& turns) {
  std::map<std::string, std::deque<LeasedCall>> of_job;
  std::ranges::sort(calls, {}, [](const LeasedCall& call) { return call.lease.call_id; });
  for (LeasedCall& call : calls) of_job[call.job_id].push_back(std::move(call));
  std::vector<LeasedCall> ordered;
  for (const std::string& job_id : turns) {
    std::deque<LeasedCall>& waiting = of_job[job_id];
    if (waiting.empty()) continue;
    ordered.push_back(std::move(waiting.front()));
    waiting.pop_front();
  }
  return ordered;
}

// One share-out: rounds until there are enough, or nobody has more.
std::vector<LeasedCall> LeaseInTurn(pqxx::work& tx, const LeaseTerms& terms, FairShare& share,
                                    int max_calls) {
  std::vector<LeasedCall> leased;
  for (int round = 0; round < kRounds; ++round) {
    const auto turns = share.Next(max_calls - static_cast<int>(leased.size()));
    if (turns.empty()) break;
    const auto asked = CountByJob(turns);
    auto calls = InTurn(LeaseOfJobs(tx, terms, asked), turns);
    std::map<std::string, int> got;
    for (const LeasedCall& call : calls) ++got[call.job_id];
    for (const auto& [job_id, count] : asked) {
      share.Serve(job_id, got[job_id]);
      if (got[job_id] < count) share.Dismiss(job_id);
    }
    std::ranges::move(calls, std::back_inserter(leased));
  }
  return leased;
}

// What has not moved need not be written.
VirtualTimes Moved(const VirtualTimes& before, VirtualTimes after) {
  std::erase_if(after, [&before](const auto& time) {
    const auto found = before.find(time.first);
    return found != before.end() && found->second == time.second;
  });
  return after;
}

}  // namespace

std::vector<LeasedCall> LeaseFairly(pqxx::work& tx, const LeaseTerms& terms,
                                    const StartLimits& limits, const WorkspaceSettings& defaults,
                                    int max_calls) {
  TakeRowsInIndexOrder(tx);
  WakeDeferred(tx, terms.now);
  LockQueue(tx);
  std::vector<QueuedJob> jobs = FindQueuedJobs(tx, terms.now);
  if (jobs.empty()) return {};
  const QueueState state = FindState(tx, std::move(jobs), limits, defaults, terms.now);
  Contest contest = ContestOf(state, limits, terms.now);
  if (contest.contenders.empty()) return {};
  const VirtualTimes before = FindTimes(tx, TimesOf(contest.contenders));
  FairShare share(std::move(contest.contenders), before, std::move(contest.rooms));

  std::vector<LeasedCall> leased = LeaseInTurn(tx, terms, share, max_calls);
  if (leased.empty()) return {};
  std::map<std::string, int> calls_of_job;
  for (const LeasedCall& call : leased) ++calls_of_job[call.job_id];
  SaveTimes(tx, Moved(before, share.times()), terms.now);
  SaveStarts(tx, CountStarts(state, calls_of_job, terms.now));
  return leased;
}

}  // namespace callimport::job_scheduler

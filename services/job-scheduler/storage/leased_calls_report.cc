#include "services/job-scheduler/storage/leased_calls_report.h"

#include "services/job-scheduler/storage/import_jobs_table.h"
#include "services/job-scheduler/storage/job_calls_table.h"

namespace callimport::job_scheduler {
namespace {

void AddTo(Tally& sum, const Tally& one) {
  sum.completed += one.completed;
  sum.failed += one.failed;
  sum.skipped += one.skipped;
  sum.media_stored += one.media_stored;
  sum.transcripts_ready += one.transcripts_ready;
  sum.media_bytes += one.media_bytes;
  sum.errors += one.errors;
  if (!one.last_error.empty()) sum.last_error = one.last_error;
}

std::vector<std::string> JobsOf(const std::vector<CallInWork>& calls) {
  std::unordered_set<std::string> job_ids;
  for (const CallInWork& call : calls) job_ids.insert(call.job_id);
  return {job_ids.begin(), job_ids.end()};
}

// By job: what is shown as its current item.
std::map<std::string, std::string> TitlesOf(pqxx::work& tx,
                                            const std::map<std::string, std::string>& touched) {
  std::vector<std::string> job_ids;
  std::vector<std::string> call_ids;
  for (const auto& [job_id, call_id] : touched) {
    job_ids.push_back(job_id);
    call_ids.push_back(call_id);
  }
  std::map<std::string, std::string> titles;
  for (CallTitle& found : FindTitles(tx, job_ids, call_ids)) {
    titles[found.job_id] = std::move(found.title);
  }
  return titles;
}

}  // namespace

std::vector<ImportJob> AddTallies(pqxx::work& tx, const std::map<std::string, Tally>& tallies) {
  std::vector<std::string> job_ids;
  for (const auto& [job_id, tally] : tallies) job_ids.push_back(job_id);
  std::vector<ImportJob> jobs = LockJobs(tx, job_ids);
  for (ImportJob& job : jobs) Add(job, tallies.at(job.job_id));
  return jobs;
}

Ended EndCalls(pqxx::work& tx, const std::vector<Lease>& leases,
               const std::function<const Outcome&(const CallInWork&)>& outcome_of,
               const RetrySchedule& schedule, Timestamp now, std::minstd_rand& random) {
  const std::vector<CallInWork> calls = LockHeld(tx, leases);
  if (calls.empty()) return {};
  const auto cancelling = FindCancelling(tx, JobsOf(calls));
  std::map<std::string, Tally> tallies;
  std::map<std::string, std::string> touched;
  std::vector<EndedAttempt> attempts;
  Ended ended;
  for (const CallInWork& call : calls) {
    Verdict verdict =
        Judge(call, outcome_of(call), cancelling.contains(call.job_id), schedule, now, random);
    AddTo(tallies[call.job_id], verdict.tally);
    touched[call.job_id] = call.call_id;
    ended.call_ids.insert(call.call_id);
    attempts.push_back({call.call_id, std::move(verdict)});
  }
  EndAttempts(tx, attempts, now);
  const auto titles = TitlesOf(tx, touched);
  // Late, as other workers wait for these locks. A job whose cancelling began meanwhile may get a
  // call back into its queue; the next look at it ends that.
  ended.jobs = AddTallies(tx, tallies);
  for (ImportJob& job : ended.jobs) {
    job.current_item = titles.at(job.job_id);
    Settle(job, now);
  }
  return ended;
}

}  // namespace callimport::job_scheduler

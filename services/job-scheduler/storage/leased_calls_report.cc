#include "services/job-scheduler/storage/leased_calls_report.h"

#include <algorithm>

#include "services/job-scheduler/storage/credential_refusals_table.h"
#include "services/job-scheduler/storage/import_jobs_table.h"
#include "services/job-scheduler/storage/import_warnings_table.h"
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
  sum.warnings += one.warnings;
  if (!one.last_error.empty()) sum.last_error = one.last_error;
}

std::vector<std::string> JobsOf(const std::vector<CallInWork>& calls) {
  std::unordered_set<std::string> job_ids;
  for (const CallInWork& call : calls) job_ids.insert(call.job_id);
  return {job_ids.begin(), job_ids.end()};
}

void TakeWarnings(const CallInWork& call, const Outcome& outcome,
                  std::vector<ImportWarning>& warnings) {
  const auto* completed = std::get_if<Completed>(&outcome);
  if (completed == nullptr) return;
  for (const CallWarning& warning : completed->warnings) {
    warnings.push_back({.source_call_id = "",
                        .reason = warning.reason,
                        .message = warning.message,
                        .call_id = call.call_id});
  }
}

// A shorter wait is the call's own affair: by the time that others look, it is over.
constexpr auto kShortestParking = std::chrono::seconds(2);

bool IsOutOfQuota(const Outcome& outcome) {
  const auto* failed = std::get_if<Failed>(&outcome);
  return failed != nullptr && failed->failure_class == FailureClass::kQuota &&
         failed->reason == "QUOTA_EXHAUSTED";
}

// What the queue has to know of an attempt that was none.
void NoteUntried(const CallInWork& call, const Outcome& outcome, const Verdict& verdict,
                 Timestamp now, Ended& ended) {
  if (!verdict.available_at || verdict.failures != call.failures) return;
  ++ended.untried[call.job_id];
  if (!IsOutOfQuota(outcome) || *verdict.available_at < now + kShortestParking) return;
  Timestamp& until = ended.quota_waits[call.job_id];
  until = std::max(until, *verdict.available_at);
}

// What the reports say of the credentials that were used.
class Credentials {
 public:
  Credentials(pqxx::work& tx, Timestamp now) : tx_(tx), now_(now) {}

  void Note(const JobStanding& job, const Outcome& outcome) {
    const CredentialKey key{job.workspace_id, job.credential_id};
    if (job.credential_id.empty()) return;
    if (std::holds_alternative<Completed>(outcome)) accepted_.insert(key);
    if (IsRefusal(outcome)) refused_.try_emplace(key, std::get<Failed>(outcome));
  }

  // To be called once, when all are noted.
  void Keep() {
    ForgetRefusals(tx_, accepted_, now_);
    if (refused_.empty()) return;
    std::set<CredentialKey> keys;
    for (const auto& [key, failed] : refused_) keys.insert(key);
    refusals_ = LockRefusals(tx_, keys);
    for (const auto& [key, failed] : refused_) {
      Refuse(refusals_[key], failed, now_);
      if (!IsGivenUp(refusals_[key], now_)) SaveRefusal(tx_, key, refusals_[key]);
    }
  }

  // Whether its calls wait for the vendor to accept the key again.
  bool AwaitsKey(const JobStanding& job, const Outcome& outcome) const {
    return MayWait(job, outcome) && !IsGivenUp(RefusalOf(job), now_);
  }
  bool GivesUp(const JobStanding& job, const Outcome& outcome) const {
    return MayWait(job, outcome) && IsGivenUp(RefusalOf(job), now_);
  }

 private:
  static bool MayWait(const JobStanding& job, const Outcome& outcome) {
    return IsRefusal(outcome) && !job.credential_id.empty();
  }
  const CredentialRefusal& RefusalOf(const JobStanding& job) const {
    return refusals_.at({job.workspace_id, job.credential_id});
  }

  pqxx::work& tx_;
  const Timestamp now_;
  std::set<CredentialKey> accepted_;
  std::map<CredentialKey, Failed> refused_;
  std::map<CredentialKey, CredentialRefusal> refusals_;
};

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

bool IsOlder(int64_t epoch, int64_t job_epoch) { return epoch != 0 && epoch < job_epoch; }

std::vector<ImportJob> AddTallies(pqxx::work& tx, const std::map<std::string, Tally>& tallies) {
  std::vector<std::string> job_ids;
  for (const auto& [job_id, tally] : tallies) job_ids.push_back(job_id);
  std::vector<ImportJob> jobs = LockJobs(tx, job_ids);
  for (ImportJob& job : jobs) Add(job, tallies.at(job.job_id));
  return jobs;
}

Ended EndCalls(pqxx::work& tx, const std::vector<Lease>& leases,
               const std::function<ReportedOutcome(const CallInWork&)>& report_of,
               const RetrySchedule& schedule, Timestamp now, std::minstd_rand& random) {
  const std::vector<CallInWork> calls = LockHeld(tx, leases);
  if (calls.empty()) return {};
  const auto standings = FindStandings(tx, JobsOf(calls));
  std::map<std::string, Tally> tallies;
  std::map<std::string, std::string> touched;
  std::vector<EndedAttempt> attempts;
  std::map<std::string, std::vector<ImportWarning>> warnings;
  Ended ended;
  Credentials credentials(tx, now);
  for (const CallInWork& call : calls) {
    credentials.Note(standings.at(call.job_id), report_of(call).outcome);
  }
  credentials.Keep();
  for (const CallInWork& call : calls) {
    const ReportedOutcome report = report_of(call);
    TakeWarnings(call, report.outcome, warnings[call.job_id]);
    const JobStanding& job = standings.at(call.job_id);
    const bool halted =
        job.state == common::v1::JOB_STATE_PAUSED || IsOlder(report.epoch, job.epoch);
    const bool cancelling = job.state == common::v1::JOB_STATE_CANCELLING;
    const auto verdict_on = [&] {
      const auto* failed = std::get_if<Failed>(&report.outcome);
      if (failed != nullptr && halted && !cancelling) return HandBack(call, now);
      if (credentials.AwaitsKey(job, report.outcome) && !cancelling) {
        return AwaitKey(call, *failed, now);
      }
      return Judge(call, report.outcome, cancelling, schedule, now, random);
    };
    Verdict verdict = verdict_on();
    if (credentials.GivesUp(job, report.outcome)) {
      ended.given_up.try_emplace(call.job_id, std::get<Failed>(report.outcome));
    }
    NoteUntried(call, report.outcome, verdict, now, ended);
    AddTo(tallies[call.job_id], verdict.tally);
    touched[call.job_id] = call.call_id;
    ended.leases.insert({call.call_id, call.lease_number});
    attempts.push_back({call.call_id, std::move(verdict)});
  }
  EndAttempts(tx, attempts, now);
  const auto titles = TitlesOf(tx, touched);
  // Late, as other workers wait for these locks. A job whose cancelling began meanwhile may get a
  // call back into its queue; the next look at it ends that.
  ended.jobs = AddTallies(tx, tallies);
  for (ImportJob& job : ended.jobs) {
    AddWarnings(tx, job, warnings[job.job_id], now);
    job.current_item = titles.at(job.job_id);
    Settle(job, now);
  }
  return ended;
}

}  // namespace callimport::job_scheduler

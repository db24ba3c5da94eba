#include "services/job-scheduler/storage/queue_store.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "libs/common/chance.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "services/job-scheduler/domain/maintenance.h"
#include "services/job-scheduler/storage/allowance.h"
#include "services/job-scheduler/storage/cancelled_calls.h"
#include "services/job-scheduler/storage/fair_leases.h"
#include "services/job-scheduler/storage/fair_queue_table.h"
#include "services/job-scheduler/storage/import_jobs_table.h"
#include "services/job-scheduler/storage/imported_calls_table.h"
#include "services/job-scheduler/storage/inherited_calls.h"
#include "services/job-scheduler/storage/job_calls_table.h"
#include "services/job-scheduler/storage/job_changes.h"
#include "services/job-scheduler/storage/leased_calls_report.h"
#include "services/job-scheduler/storage/refused_calls.h"
#include "services/job-scheduler/storage/upload_jobs.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {
namespace {

// Longer than any night, and any wait for quota.
constexpr std::chrono::hours kForgetAfter{48};

// Workers of a whole machine that was lost.
constexpr int kReclaimLimit = 10'000;

// The stage that a worker tells, unless the call is further already.
CallState Advance(CallState from, CallState told) {
  const CallEvent event =
      told == common::v1::CALL_STATE_PROCESSING ? CallEvent::kProcessing : CallEvent::kTranscribing;
  if (told == common::v1::CALL_STATE_DOWNLOADING) return from;
  return After(from, event).value_or(from);
}

bool IsHalted(const HeldLease& held, const LeaseProgress& told) {
  return held.halted || IsOlder(told.epoch, held.job_epoch);
}

// What a renewal has to write: stages that changed, and leases that get old. Most renewals find
// nothing, and so write nothing.
std::vector<LeaseProgress> Stale(const std::vector<HeldLease>& held,
                                 const std::map<job_scheduler::Lease, LeaseProgress>& told,
                                 Timestamp fresh_until) {
  std::vector<LeaseProgress> stale;
  for (const HeldLease& lease : held) {
    const LeaseProgress& progress = told.at(lease.lease);
    if (IsHalted(lease, progress)) continue;
    const CallState stage = Advance(lease.stage, progress.stage);
    if (stage != lease.stage || lease.until < fresh_until) stale.push_back({lease.lease, stage});
  }
  return stale;
}

// Counts recordings and transcripts that became ready, in the jobs they belong to.
std::vector<ImportJob> CountPassed(pqxx::work& tx, const std::vector<PassedStage>& passed) {
  std::map<std::string, Tally> tallies;
  for (const PassedStage& call : passed) {
    if (!call.media_stored && !call.transcript_ready) continue;
    tallies[call.job_id].media_stored += int{call.media_stored};
    tallies[call.job_id].transcripts_ready += int{call.transcript_ready};
  }
  if (tallies.empty()) return {};
  return AddTallies(tx, tallies);
}

// Whoever asks the same account of the vendor next would be told to wait, too.
std::map<CredentialKey, std::vector<Parking>> ParkingsOf(const Ended& ended) {
  std::map<CredentialKey, std::vector<Parking>> parkings;
  for (const ImportJob& job : ended.jobs) {
    const auto wait = ended.quota_waits.find(job.job_id);
    if (wait == ended.quota_waits.end() || job.credential_id.empty()) continue;
    parkings[{job.workspace_id, job.credential_id}].push_back({job.work_class, wait->second});
  }
  return parkings;
}

}  // namespace

absl::StatusOr<QueueStore::Leased> QueueStore::Lease(const std::string& worker, int max_calls) {
  const Timestamp now = clock_.Now();
  const LeaseTerms terms{.worker = worker, .now = now, .until = now + terms_.lease};
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    return Leased{.calls = LeaseFairly(tx, terms, terms_.limits, terms_.workspaces, max_calls),
                  .until = terms.until};
  });
}

absl::StatusOr<QueueStore::Renewed> QueueStore::Renew(const std::vector<LeaseProgress>& leases) {
  const Timestamp now = clock_.Now();
  const Timestamp until = now + terms_.lease;
  const Timestamp fresh_until = now + terms_.lease * 2 / 3;
  std::vector<job_scheduler::Lease> asked;
  std::map<job_scheduler::Lease, LeaseProgress> told;
  for (const LeaseProgress& progress : leases) {
    asked.push_back(progress.lease);
    told[progress.lease] = progress;
  }
  std::vector<ImportJob> changed;
  auto renewed = postgres::Transact(pool_, [&](pqxx::work& tx) {
    std::vector<HeldLease> held = FindHeld(tx, asked);
    // What has expired counts under no limit any more, so somebody else may have its place.
    std::erase_if(held, [&](const HeldLease& lease) { return lease.until <= now; });
    const std::vector<LeaseProgress> stale = Stale(held, told, fresh_until);
    if (!stale.empty()) changed = CountPassed(tx, ExtendLeases(tx, stale, until));
    SaveAndAnnounce(tx, changed);

    Renewed answer{.until = until, .lost = {}, .cancelled = {}};
    std::set<job_scheduler::Lease> found;
    for (const HeldLease& lease : held) {
      found.insert(lease.lease);
      if (IsHalted(lease, told.at(lease.lease))) answer.cancelled.push_back(lease.lease);
      // Those that were not written end earlier, and one time is told for all.
      if (lease.until >= fresh_until) answer.until = std::min(answer.until, lease.until);
    }
    for (const auto& lease : asked) {
      if (!found.contains(lease)) answer.lost.push_back(lease);
    }
    return answer;
  });
  if (renewed.ok() && !changed.empty()) listener_.JobsChanged(changed);
  return renewed;
}

absl::StatusOr<std::vector<job_scheduler::Lease>> QueueStore::ReportOutcomes(
    const std::vector<Report>& reports) {
  // A worker that lost a call and leased it again may tell of both in one request.
  std::map<job_scheduler::Lease, const Report*> by_lease;
  std::vector<job_scheduler::Lease> leases;
  for (const Report& report : reports) {
    by_lease[report.lease] = &report;
    leases.push_back(report.lease);
  }
  std::minstd_rand random(FreshSeed());
  Ended ended;
  RETURN_IF_ERROR(postgres::Transact(pool_, [&](pqxx::work& tx) {
    const auto report_of = [&](const CallInWork& call) {
      const Report& report = *by_lease.at({call.call_id, call.lease_number});
      return ReportedOutcome{report.outcome, report.epoch};
    };
    ended = EndCalls(tx, leases, report_of, terms_.retries, clock_.Now(), random);
    Park(tx, ParkingsOf(ended));
    GiveStartsBack(tx, ended.untried);
    SaveAndAnnounce(tx, ended.jobs);
  }));
  if (!ended.jobs.empty()) listener_.JobsChanged(ended.jobs);
  for (const auto& [job_id, why] : ended.given_up) {
    RETURN_IF_ERROR(FailRefusedCalls(pool_, listener_, job_id, why, clock_.Now()));
  }
  std::vector<job_scheduler::Lease> stale;
  for (const auto& lease : leases) {
    if (!ended.leases.contains(lease)) stale.push_back(lease);
  }
  return stale;
}

absl::Status QueueStore::Release(const std::vector<job_scheduler::Lease>& leases) {
  std::vector<std::string> job_ids;
  RETURN_IF_ERROR(postgres::Transact(pool_, [&](pqxx::work& tx) {
    job_ids = ReturnLeased(tx, leases);
    std::map<std::string, int> untried;
    for (const std::string& job_id : job_ids) ++untried[job_id];
    GiveStartsBack(tx, untried);
  }));
  for (const std::string& job_id : std::set(job_ids.begin(), job_ids.end())) {
    RETURN_IF_ERROR(SkipCancelledCalls(pool_, listener_, job_id, clock_.Now()));
  }
  if (!job_ids.empty()) listener_.CallsQueued();
  return absl::OkStatus();
}

absl::StatusOr<QueueStore::RegisteredUpload> QueueStore::RegisterUpload(const Upload& upload) {
  const Timestamp now = clock_.Now();
  const LeaseTerms terms{.worker = upload.worker, .now = now, .until = now + terms_.lease};
  common::v1::CallRecord record;
  record.set_title(upload.title);
  const ImportJob made = UploadJob(upload.workspace_id, upload.actor, upload.correlation_id, now);
  std::vector<ImportJob> jobs;
  bool fresh = false;
  auto registered =
      postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<RegisteredUpload> {
        jobs = {made};
        ImportJob& job = jobs.front();
        record.set_source_call_id(upload.content_sha256);
        auto relation = TakeUpload(tx, job, record, now);
        if (!relation && upload.allow_duplicate) relation = TakeCopy(tx, job, record, now);
        fresh = relation.has_value();
        const UploadedCall call =
            FindUploadedCall(tx, upload.workspace_id, record.source_call_id());
        RegisteredUpload answer{.job_id = call.job_id,
                                .call_id = call.call_id,
                                .leased = std::nullopt,
                                .engagement_id = call.engagement_id};
        if (!fresh) return answer;
        RETURN_IF_ERROR(CheckOpen(FindWorkspace(tx, upload.workspace_id, terms_.workspaces)));
        if (TakeFreeCalls(tx, job, 1, terms_.workspaces, now) == 0) return AllowanceUsedUp();
        InsertJob(tx, job, {});
        LinkCalls(tx, job.job_id, {{call.call_id, *relation, &record}});
        answer.leased = LeaseOneCall(tx, terms, call.call_id);
        SaveAndAnnounce(tx, jobs);
        return answer;
      });
  if (registered.ok() && fresh) listener_.JobsChanged(jobs);
  return registered;
}

absl::Status QueueStore::Reclaim() {
  const Timestamp now = clock_.Now();
  int64_t returned = 0;
  std::vector<std::string> cancelling;
  RETURN_IF_ERROR(postgres::Transact(pool_, [&](pqxx::work& tx) {
    cancelling = ListCancellingJobs(tx);
    returned = ReturnExpired(tx, now, kReclaimLimit);
  }));
  if (returned > 0) listener_.CallsQueued();
  for (const std::string& job_id : cancelling) {
    RETURN_IF_ERROR(SkipCancelledCalls(pool_, listener_, job_id, now));
  }
  return HandOverSkippedCalls(pool_, listener_, terms_.workspaces, now);
}

absl::Status QueueStore::ForgetIdle() {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { job_scheduler::ForgetIdle(tx, clock_.Now() - kForgetAfter); });
}

absl::StatusOr<int64_t> QueueStore::CountOpen() {
  return postgres::Transact(pool_, CountOpenCalls);
}

}  // namespace callimport::job_scheduler

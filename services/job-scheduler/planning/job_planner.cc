#include "services/job-scheduler/planning/job_planner.h"

#include <algorithm>
#include <random>
#include <utility>

#include "libs/common/chance.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"
#include "services/job-scheduler/planning/listing_fate.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::milliseconds;

// How soon a job is found that another process has stored, or whose pause is over.
constexpr milliseconds kLookEvery{500};

}  // namespace

JobPlanner::JobPlanner(PlanStore& store, adapter_gateway::CallCatalogClient& catalog,
                       feed::FeedSignal& wake, int jobs_at_once, const Clock& clock,
                       RetrySchedule retries)
    : store_(store),
      lister_(store, catalog, clock),
      wake_(wake),
      jobs_at_once_(jobs_at_once),
      clock_(clock),
      retries_(std::move(retries)),
      name_("planner-" + NewUuid()) {}

JobPlanner::~JobPlanner() { Stop(); }

void JobPlanner::Start() {
  while (threads_.size() < static_cast<size_t>(jobs_at_once_)) {
    threads_.emplace_back([this] { Work(); });
  }
}

void JobPlanner::Stop() {
  stop_.request_stop();
  wake_.Close();
  threads_.clear();
}

std::vector<PlanLease> JobPlanner::HeldLeases() {
  std::lock_guard lock(mutex_);
  std::vector<PlanLease> leases;
  leases.reserve(held_.size());
  for (const auto& [job_id, held] : held_) leases.push_back(held.lease);
  return leases;
}

absl::Status JobPlanner::RenewLeases() {
  const std::vector<PlanLease> leases = HeldLeases();
  return leases.empty() ? absl::OkStatus() : store_.Renew(leases);
}

absl::Status JobPlanner::StopLost() {
  const std::vector<PlanLease> leases = HeldLeases();
  if (leases.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<std::string> lost, store_.FindLost(leases));
  std::lock_guard lock(mutex_);
  for (const PlanLease& lease : leases) {
    const auto found = held_.find(lease.job_id);
    const bool same = found != held_.end() && found->second.lease.number == lease.number;
    if (same && std::find(lost.begin(), lost.end(), lease.job_id) != lost.end()) {
      found->second.stop.request_stop();
    }
  }
  return absl::OkStatus();
}

void JobPlanner::Work() {
  uint64_t seen = 0;
  while (!stop_.stop_requested()) {
    if (!PlanOne()) wake_.Wait(seen, kLookEvery);
  }
}

bool JobPlanner::PlanOne() {
  const auto lease = store_.Lease(name_);
  if (!lease.ok()) log::Warning("cannot look for jobs to list", {{"status", lease.status()}});
  if (!lease.ok() || !lease->has_value()) return false;
  // It may be what another thread handed back since this one looked.
  if (stop_.stop_requested()) {
    const absl::Status given_back = store_.HandBack(**lease);
    if (!given_back.ok()) log::Warning("cannot give a job back", {{"status", given_back}});
    return false;
  }
  Plan(**lease);
  return true;
}

void JobPlanner::Plan(const PlanLease& lease) {
  std::stop_source stop;
  {
    std::lock_guard lock(mutex_);
    held_[lease.job_id] = {lease, stop};
  }
  const std::stop_callback stop_too(stop_.get_token(), [&] { stop.request_stop(); });
  const absl::Status listed = lister_.Run(lease, stop.get_token());
  const bool lost = stop.stop_requested() && !stop_.stop_requested();
  const absl::Status given_back = listed.ok() || lost ? absl::OkStatus() : GiveBack(lease, listed);
  {
    std::lock_guard lock(mutex_);
    // Another thread may list it anew by now.
    const auto found = held_.find(lease.job_id);
    if (found != held_.end() && found->second.lease.number == lease.number) held_.erase(found);
  }
  // The lease runs out by itself then.
  if (!given_back.ok()) {
    log::Warning("cannot give a job back", {{"job_id", lease.job_id}, {"status", given_back}});
  }
}

absl::Status JobPlanner::GiveBack(const PlanLease& lease, const absl::Status& error) {
  if (stop_.stop_requested()) return store_.HandBack(lease);
  ASSIGN_OR_RETURN(const int before, store_.CountFailures(lease));
  std::minstd_rand random(FreshSeed());
  const ListingFate fate = FateAfter(error, before + 1, retries_, random);
  if (fate.kind == ListingFate::Kind::kLeave) return store_.HandBack(lease);
  log::Info("a listing stands still",
            {{"job_id", lease.job_id}, {"status", error}, {"pause_ms", fate.pause.count()}});
  const Timestamp until = clock_.Now() + fate.pause;
  const std::string why = DescribeForPeople(error);
  switch (fate.kind) {
    case ListingFate::Kind::kGiveUp:
      return store_.Refuse(lease, DescribeGivenUp(error, before + 1)).status();
    case ListingFate::Kind::kRefuse:
      return store_.Refuse(lease, why).status();
    case ListingFate::Kind::kTryAgain:
      return store_.Postpone(lease, until, before + 1, why).status();
    case ListingFate::Kind::kAwaitService:
      // Not counted, but no wait for quota either.
      return store_.Postpone(lease, until, std::max(before, 1), why).status();
    default:
      return store_.Postpone(lease, until, before, why).status();
  }
}

}  // namespace callimport::job_scheduler

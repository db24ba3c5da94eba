#include "tests/simulation/simulated_worker.h"

#include <algorithm>
#include <iterator>

namespace callimport::simulation {

using scheduler::FailureClass;

bool SimulatedWorker::Happens(double share) {
  return std::uniform_real_distribution<double>(0, 1)(random_) < share;
}

void SimulatedWorker::Lease(scheduler::QueueStore& queue, int max_calls) {
  const auto leased = queue.Lease(name_, max_calls);
  if (!leased.ok()) return;
  for (const scheduler::LeasedCall& call : leased->calls) {
    observer_.started(call, leased->until);
    held_.push_back({call, leased->until, std::nullopt});
  }
}

scheduler::Outcome SimulatedWorker::OutcomeOf(const scheduler::LeasedCall& call) {
  using scheduler::Failed;
  if (observer_.is_poison(call)) {
    return Failed{FailureClass::kPermanent, "NOT_MEDIA", "no recording", {}};
  }
  if (!calm_ && Happens(0.15)) {
    return Failed{FailureClass::kTransient, "VENDOR_ERROR", "status 503", {}};
  }
  if (!calm_ && Happens(0.08)) {
    return Failed{FailureClass::kQuota, "QUOTA_EXHAUSTED", "", std::chrono::seconds(30)};
  }
  return scheduler::Completed{"engagement of " + call.lease.call_id, 100};
}

void SimulatedWorker::Report(scheduler::QueueStore& queue) {
  std::vector<scheduler::QueueStore::Report> reports;
  // By lease: it may have lost a call and leased it again, and tell of both.
  std::map<scheduler::Lease, Held> reported;
  for (Held& held : held_) {
    if (!calm_ && Happens(0.4)) continue;
    if (!held.outcome) held.outcome = OutcomeOf(held.call);
    held.until = clock_.Now();  // it works on it no more, whether the answer arrives or not
    reports.push_back({held.call.lease, *held.outcome, held.call.job_epoch});
    reported.emplace(held.call.lease, held);
  }
  if (reports.empty()) return;
  // What could not be tried does not count as started; who knows whether the answer arrives.
  for (const auto& [lease, held] : reported) {
    if (std::holds_alternative<scheduler::Failed>(*held.outcome)) observer_.released(held.call);
  }
  const auto stale = queue.ReportOutcomes(reports);
  if (!stale.ok()) return;  // and reports again
  for (const scheduler::Lease& lease : *stale) reported.erase(lease);
  for (const auto& [lease, held] : reported) {
    if (std::holds_alternative<scheduler::Completed>(*held.outcome)) observer_.completed(held.call);
  }
  std::vector<scheduler::Lease> over;
  for (const auto& report : reports) over.push_back(report.lease);
  Forget(over);
}

void SimulatedWorker::Renew(scheduler::QueueStore& queue) {
  if (held_.empty()) return;
  std::vector<scheduler::LeaseProgress> leases;
  for (const Held& held : held_) {
    const auto stage =
        Happens(0.5) ? common::v1::CALL_STATE_TRANSCRIBING : common::v1::CALL_STATE_DOWNLOADING;
    leases.push_back({held.call.lease, stage, held.call.job_epoch});
  }
  const auto renewed = queue.Renew(leases);
  if (!renewed.ok()) return;
  for (Held& held : held_) held.until = renewed->until;
  Forget(renewed->lost);
  HandBack(queue, renewed->cancelled);
}

void SimulatedWorker::Release(scheduler::QueueStore& queue) {
  std::vector<scheduler::Lease> leases;
  for (const Held& held : held_) leases.push_back(held.call.lease);
  HandBack(queue, leases);
}

void SimulatedWorker::HandBack(scheduler::QueueStore& queue,
                               const std::vector<scheduler::Lease>& leases) {
  if (leases.empty()) return;
  // It counts as handed back even when nobody hears of that.
  for (Held& held : held_) {
    if (std::find(leases.begin(), leases.end(), held.call.lease) == leases.end()) continue;
    observer_.released(held.call);
    held.until = clock_.Now();
  }
  if (queue.Release(leases).ok()) Forget(leases);
}

void SimulatedWorker::FallAsleep() {
  std::move(held_.begin(), held_.end(), std::back_inserter(dreamt_));
  held_.clear();
}

void SimulatedWorker::WakeUp() {
  std::move(dreamt_.begin(), dreamt_.end(), std::back_inserter(held_));
  dreamt_.clear();
}

void SimulatedWorker::Forget(const std::vector<scheduler::Lease>& leases) {
  std::erase_if(held_, [&](const Held& held) {
    return std::find(leases.begin(), leases.end(), held.call.lease) != leases.end();
  });
}

bool SimulatedWorker::Holds(const std::string& call_id, Timestamp now) const {
  return std::any_of(held_.begin(), held_.end(), [&](const Held& held) {
    return held.call.lease.call_id == call_id && held.until > now;
  });
}

}  // namespace callimport::simulation

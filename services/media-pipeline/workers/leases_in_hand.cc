#include "services/media-pipeline/workers/leases_in_hand.h"

#include <utility>

#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"

namespace callimport::media_pipeline {
namespace {

using common::v1::CALL_STATE_PROCESSING;
using common::v1::CALL_STATE_TRANSCRIBING;
namespace queue = job_scheduler::v1;

bool IsTranscribing(const CallPtr& call) { return call->stage == CALL_STATE_TRANSCRIBING; }

}  // namespace

void LeasesInHand::Add(const CallPtr& call) {
  Drop(call->lease);
  const std::lock_guard lock(mutex_);
  calls_[call->lease.call_id()] = call;
}

void LeasesInHand::Remove(const CallPtr& call) { Take(call->lease); }

CallPtr LeasesInHand::TakeLocked(const queue::LeaseRef& lease) {
  const auto found = calls_.find(lease.call_id());
  if (found == calls_.end()) return nullptr;
  if (found->second->lease.lease_number() > lease.lease_number()) return nullptr;
  CallPtr call = std::move(found->second);
  calls_.erase(found);
  if (IsTranscribing(call)) --transcribing_;
  return call;
}

CallPtr LeasesInHand::Take(const queue::LeaseRef& lease) {
  CallPtr call;
  {
    const std::lock_guard lock(mutex_);
    call = TakeLocked(lease);
  }
  changed_.notify_all();
  return call;
}

void LeasesInHand::Drop(const queue::LeaseRef& lease) {
  if (const CallPtr call = Take(lease)) call->stop.request_stop();
}

bool LeasesInHand::Cancel(const queue::LeaseRef& lease) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = calls_.find(lease.call_id());
    if (found == calls_.end()) return true;
    const CallPtr call = found->second;
    if (call->stage == CALL_STATE_PROCESSING) return false;
    calls_.erase(found);
    if (IsTranscribing(call)) --transcribing_;
    // Under the lock: from now on its delivery cannot begin unseen.
    call->stop.request_stop();
  }
  changed_.notify_all();
  return true;
}

// A call in delivery may have its engagement already, so its outcome is reported whatever happens.
bool LeasesInHand::DropUnlessInDelivery(const queue::LeaseRef& lease) {
  CallPtr call;
  {
    const std::lock_guard lock(mutex_);
    const auto found = calls_.find(lease.call_id());
    if (found != calls_.end() && found->second->stage == CALL_STATE_PROCESSING) return false;
    call = TakeLocked(lease);
  }
  changed_.notify_all();
  if (call) call->stop.request_stop();
  return true;
}

bool LeasesInHand::SetStage(const CallPtr& call, common::v1::CallState stage) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = calls_.find(call->lease.call_id());
    if (found == calls_.end() || found->second != call) return false;
    if (IsTranscribing(call)) --transcribing_;
    call->stage = stage;
    if (IsTranscribing(call)) ++transcribing_;
  }
  if (stage == CALL_STATE_TRANSCRIBING) changed_.notify_all();
  return true;
}

size_t LeasesInHand::transcribing() const {
  const std::lock_guard lock(mutex_);
  return transcribing_;
}

void LeasesInHand::WaitForRoom(size_t most, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [&] { return calls_.size() - transcribing_ <= most; });
}

std::vector<CallPtr> LeasesInHand::All() const {
  const std::lock_guard lock(mutex_);
  std::vector<CallPtr> all;
  for (const auto& [id, call] : calls_) all.push_back(call);
  return all;
}

absl::Status LeasesInHand::Renew() {
  queue::RenewLeasesRequest request;
  for (const CallPtr& call : All()) {
    queue::LeaseProgress& progress = *request.add_leases();
    *progress.mutable_lease() = call->lease;
    progress.set_stage(call->stage);
  }
  if (request.leases().empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto response, queue_.RenewLeases(request));

  for (const queue::LeaseRef& lease : response.lost()) Drop(lease);
  if (response.cancelled().empty()) return absl::OkStatus();
  queue::ReleaseCallsRequest release;
  for (const queue::LeaseRef& lease : response.cancelled()) {
    if (Cancel(lease)) *release.add_leases() = lease;
  }
  if (release.leases().empty()) return absl::OkStatus();
  return queue_.ReleaseCalls(release).status();
}

void LeasesInHand::DropUnfinished() {
  for (const CallPtr& call : All()) {
    if (call->stage != CALL_STATE_PROCESSING) call->stop.request_stop();
  }
}

absl::Status LeasesInHand::ReleaseAll() {
  queue::ReleaseCallsRequest release;
  for (const CallPtr& call : All()) {
    Drop(call->lease);
    *release.add_leases() = call->lease;
  }
  if (release.leases().empty()) return absl::OkStatus();
  log::Info("leases handed back", {{"calls", release.leases_size()}});
  return queue_.ReleaseCalls(release).status();
}

}  // namespace callimport::media_pipeline

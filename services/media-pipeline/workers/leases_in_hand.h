// Every call this process has leased: kept alive together, dropped when the scheduler says so.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/clients/job_scheduler/call_queue_client.h"
#include "services/media-pipeline/pipeline/call_in_hand.h"

namespace callimport::media_pipeline {

// Safe to use from many threads.
class LeasesInHand {
 public:
  explicit LeasesInHand(job_scheduler::CallQueueClient& queue) : queue_(queue) {}

  // A lease of the same call from before is dropped.
  void Add(const CallPtr& call);
  // Its outcome is reported, or nobody waits for it.
  void Remove(const CallPtr& call);
  // False when the call is no longer in hand: then nothing more may be done with it.
  bool SetStage(const CallPtr& call, common::v1::CallState stage);

  // Calls that wait for the transcription engine, or are with it.
  size_t transcribing() const;

  // Waits until at most `most` calls are in hand. Those in transcription do not count: they take
  // long, and the others overtake them.
  void WaitForRoom(size_t most, const std::stop_token& stop);

  // One rpc for all leases, with their stages. Drops the lost ones; drops and releases the
  // cancelled ones whose delivery has not begun.
  absl::Status Renew();

  // Drops all calls but those whose delivery has begun.
  void DropUnfinished();
  // Drops all, and hands them back.
  absl::Status ReleaseAll();

 private:
  std::vector<CallPtr> All() const;
  // Nothing when another lease of the call has taken its place.
  CallPtr Take(const job_scheduler::v1::LeaseRef& lease);
  CallPtr TakeLocked(const job_scheduler::v1::LeaseRef& lease);
  bool DropUnlessInDelivery(const job_scheduler::v1::LeaseRef& lease);
  void Drop(const job_scheduler::v1::LeaseRef& lease);
  // False for a call whose delivery has begun: it goes through, and its outcome is reported, since
  // what is stored would otherwise be true and not known.
  bool Cancel(const job_scheduler::v1::LeaseRef& lease);

  job_scheduler::CallQueueClient& queue_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, CallPtr> calls_;
  size_t transcribing_ = 0;
};

}  // namespace callimport::media_pipeline

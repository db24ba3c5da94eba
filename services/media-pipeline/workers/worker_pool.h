// Pulls calls out of the scheduler's queue for as long as there is room.
#pragma once

#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "callimport/job_scheduler/v1/call_queue.pb.h"
#include "libs/clients/job_scheduler/call_queue_client.h"
#include "services/media-pipeline/workers/call_worker.h"
#include "services/media-pipeline/workers/deliverer.h"
#include "services/media-pipeline/workers/leases_in_hand.h"

namespace callimport::media_pipeline {

class WorkerPool {
 public:
  WorkerPool(job_scheduler::CallQueueClient& queue, LeasesInHand& leases, CallWorker& worker,
             Deliverer& deliverer, std::string name, int calls_in_flight);
  ~WorkerPool() { Stop(); }

  // Who has the leases, for people who look at the queue.
  const std::string& name() const { return name_; }

  void Start();

  // Takes in what somebody else has leased under this name.
  void TakeIn(job_scheduler::v1::LeasedCall call);

  // Takes no more, ends what runs, delivers what is finished, and hands the rest back. Stopping
  // twice is fine.
  void Stop();

 private:
  void Run();
  // False: the queue cannot be asked.
  bool LeaseSome();
  void Begin(google::protobuf::RepeatedPtrField<job_scheduler::v1::LeasedCall> calls);

  job_scheduler::CallQueueClient& queue_;
  LeasesInHand& leases_;
  CallWorker& worker_;
  Deliverer& deliverer_;
  const std::string name_;
  const size_t room_;
  std::stop_source stop_;
  std::once_flag stopped_;
  std::thread thread_;
};

}  // namespace callimport::media_pipeline

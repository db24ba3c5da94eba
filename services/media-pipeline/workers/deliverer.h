// The stage "deliver": finished calls are stored and reported in groups.
//
// A group is one sync of the object store, one transaction, and one rpc. In this order, so that
// whatever dies in between is repeated by the next lease and changes nothing twice.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/clients/job_scheduler/call_queue_client.h"
#include "libs/telemetry/metrics.h"
#include "services/media-pipeline/objects/object_store.h"
#include "services/media-pipeline/search/lexicon.h"
#include "services/media-pipeline/storage/delivery_store.h"
#include "services/media-pipeline/workers/delivery.h"
#include "services/media-pipeline/workers/leases_in_hand.h"

namespace callimport::media_pipeline {

class Deliverer {
 public:
  Deliverer(ObjectStore& objects, DeliveryStore& store, Lexicon& lexicon,
            job_scheduler::CallQueueClient& queue, LeasesInHand& leases);
  ~Deliverer() { Stop(); }

  void Add(Delivery delivery);

  // Delivers what is there, but does not try again what fails now.
  void Stop();

 private:
  using Group = std::vector<Delivery>;

  void Run();
  Group Collect();
  void Deliver(Group& group);

  // Until it is stored. What the database will never take becomes a failure of its call alone.
  bool Store(std::span<Delivery> group);
  absl::Status TryStore(std::span<Delivery> group);
  absl::Status WriteSearchVectors(std::span<Delivery> group);
  bool StoreApart(std::span<Delivery> group, const absl::Status& why);
  bool Report(const Group& group);
  void Finish(Group& group);
  void Count(const Delivery& delivery);

  // False when the process stops instead.
  bool Pause(int failures);

  ObjectStore& objects_;
  DeliveryStore& store_;
  Lexicon& lexicon_;
  job_scheduler::CallQueueClient& queue_;
  LeasesInHand& leases_;
  metrics::Histogram seconds_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Delivery> waiting_;
  bool stopping_ = false;
  std::mutex counters_mutex_;
  std::map<std::string, metrics::Counter> processed_;
  std::vector<std::thread> threads_;
};

}  // namespace callimport::media_pipeline

#include "services/media-pipeline/workers/worker_pool.h"

#include <chrono>
#include <condition_variable>
#include <random>
#include <utility>

#include "libs/common/proto_time.h"
#include "libs/common/retry_policy.h"
#include "libs/telemetry/log.h"

namespace callimport::media_pipeline {
namespace {

// As many as one request for transcripts can name: leasing fewer would cost vendors' quotas.
constexpr int kBatch = 100;
// Two batches besides those being downloaded: one that is delivered, one that comes.
constexpr size_t kBatchesAhead = 2;
// Bounds how long an orderly stop waits for the scheduler.
constexpr std::chrono::milliseconds kMaxWait{1000};

void SleepUnlessStopped(std::chrono::milliseconds delay, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, delay, [] { return false; });
}

}  // namespace

WorkerPool::WorkerPool(job_scheduler::CallQueueClient& queue, LeasesInHand& leases,
                       CallWorker& worker, Deliverer& deliverer, std::string name,
                       int calls_in_flight)
    : queue_(queue),
      leases_(leases),
      worker_(worker),
      deliverer_(deliverer),
      name_(std::move(name)),
      room_(static_cast<size_t>(calls_in_flight) + (kBatchesAhead - 1) * kBatch) {}

void WorkerPool::Start() {
  thread_ = std::thread([this] { Run(); });
}

void WorkerPool::Run() {
  std::minstd_rand random(std::random_device{}());
  const RetryPolicy policy{.max_delay = std::chrono::seconds(2)};
  const std::stop_token stop = stop_.get_token();
  for (int failures = 0; !stop.stop_requested();) {
    leases_.WaitForRoom(room_, stop);
    if (stop.stop_requested()) return;
    failures = LeaseSome() ? 0 : failures + 1;
    if (failures > 0) SleepUnlessStopped(DelayAfter(policy, failures, random), stop);
  }
}

bool WorkerPool::LeaseSome() {
  job_scheduler::v1::LeaseCallsRequest request;
  request.set_worker(name_);
  request.set_max_calls(kBatch);
  *request.mutable_max_wait() = ToProto(kMaxWait);
  auto response = queue_.LeaseCalls(request);
  if (!response.ok()) {
    log::Warning("no calls could be leased", {{"error", response.status()}});
    return false;
  }
  if (!response->calls().empty()) Begin(std::move(*response->mutable_calls()));
  return true;
}

void WorkerPool::TakeIn(job_scheduler::v1::LeasedCall call) {
  google::protobuf::RepeatedPtrField<job_scheduler::v1::LeasedCall> calls;
  calls.Add(std::move(call));
  Begin(std::move(calls));
}

void WorkerPool::Begin(google::protobuf::RepeatedPtrField<job_scheduler::v1::LeasedCall> calls) {
  std::vector<CallPtr> begun;
  for (job_scheduler::v1::LeasedCall& call : calls) {
    begun.push_back(std::make_shared<CallInHand>(std::move(call)));
    leases_.Add(begun.back());
  }
  if (!stop_.stop_requested()) worker_.Begin(begun);
}

void WorkerPool::Stop() {
  std::call_once(stopped_, [this] {
    stop_.request_stop();
    if (thread_.joinable()) thread_.join();
    leases_.DropUnfinished();
    worker_.Stop();
    deliverer_.Stop();
    const absl::Status released = leases_.ReleaseAll();
    if (!released.ok()) log::Warning("leases not handed back", {{"error", released}});
  });
}

}  // namespace callimport::media_pipeline

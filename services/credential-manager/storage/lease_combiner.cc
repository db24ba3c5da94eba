#include "services/credential-manager/storage/lease_combiner.h"

#include <algorithm>
#include <utility>

#include "libs/common/errors.h"

namespace callimport::credential_manager {
namespace {

absl::Status Busy() {
  return WithRetryDelay(Error(absl::StatusCode::kResourceExhausted, "LEASES_BUSY",
                              "too many leases are being waited for"),
                        std::chrono::milliseconds(200));
}

absl::Status TooLate() {
  return Error(absl::StatusCode::kDeadlineExceeded, "LEASE_TOO_LATE",
               "the lease was not ready in time");
}

}  // namespace

LeaseCombiner::LeaseCombiner(LeaseMany lease_many, Bounds bounds)
    : lease_many_(std::move(lease_many)), bounds_(bounds) {}

absl::StatusOr<OpenedCredential> LeaseCombiner::Lease(LeaseRequest request, Deadline deadline) {
  const auto own = std::make_shared<Waiting>();
  own->request = std::move(request);

  std::unique_lock lock(mutex_);
  if (queue_.size() >= bounds_.max_waiting) return Busy();
  queue_.push_back(own);
  if (running_ < bounds_.batches_at_once) StartBatch();
  own->changed.wait_until(lock, deadline, [&] { return !own->batch.empty() || own->result; });
  if (!own->batch.empty()) RunBatch(*own, lock);
  if (own->result) return *std::move(own->result);
  std::erase(queue_, own);
  return TooLate();
}

size_t LeaseCombiner::waiting() {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

void LeaseCombiner::StartBatch() {
  const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), bounds_.max_batch));
  Waiting& leader = *queue_.front();
  leader.batch.assign(queue_.begin(), queue_.begin() + count);
  queue_.erase(queue_.begin(), queue_.begin() + count);
  ++running_;
  leader.changed.notify_one();
}

void LeaseCombiner::RunBatch(Waiting& leader, std::unique_lock<std::mutex>& lock) {
  const auto batch = std::move(leader.batch);
  lock.unlock();
  std::vector<LeaseRequest> requests;
  requests.reserve(batch.size());
  for (const auto& waiting : batch) requests.push_back(waiting->request);
  auto results = lease_many_(requests);
  lock.lock();
  for (size_t i = 0; i < batch.size(); ++i) {
    batch[i]->result = std::move(results[i]);
    batch[i]->changed.notify_one();
  }
  --running_;
  if (!queue_.empty()) StartBatch();
}

}  // namespace callimport::credential_manager

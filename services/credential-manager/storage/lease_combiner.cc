#include "services/credential-manager/storage/lease_combiner.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <memory>
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
    : lease_many_(std::move(lease_many)), bounds_(bounds) {
  for (int i = 0; i < bounds_.batches_at_once; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { Work(stop); });
  }
}

LeaseCombiner::~LeaseCombiner() {
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
}

void LeaseCombiner::Lease(LeaseRequest request, Deadline deadline, Done done) {
  {
    std::unique_lock lock(mutex_);
    if (queue_.size() >= bounds_.max_waiting) {
      lock.unlock();
      return done(Busy());
    }
    queue_.push_back({std::move(request), deadline, std::move(done)});
  }
  changed_.notify_one();
}

absl::StatusOr<OpenedCredential> LeaseCombiner::LeaseAndWait(LeaseRequest request,
                                                             Deadline deadline) {
  // Shared, since the answer may come when nobody waits any more.
  const auto answer = std::make_shared<std::promise<absl::StatusOr<OpenedCredential>>>();
  auto future = answer->get_future();
  Lease(std::move(request), deadline, [answer](absl::StatusOr<OpenedCredential> opened) {
    answer->set_value(std::move(opened));
  });
  if (future.wait_until(deadline) != std::future_status::ready) return TooLate();
  return future.get();
}

size_t LeaseCombiner::waiting() {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

void LeaseCombiner::Work(const std::stop_token& stop) {
  for (Batch batch = Take(stop); !batch.empty(); batch = Take(stop)) Answer(std::move(batch));
}

LeaseCombiner::Batch LeaseCombiner::Take(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [this] { return !queue_.empty(); });
  const auto end =
      queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), bounds_.max_batch));
  Batch batch(std::move_iterator(queue_.begin()), std::move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return batch;
}

void LeaseCombiner::Answer(Batch batch) {
  const auto now = std::chrono::steady_clock::now();
  std::vector<LeaseRequest> requests;
  std::vector<Done> answers;
  for (Waiting& waiting : batch) {
    if (waiting.deadline <= now) {
      waiting.done(TooLate());
      continue;
    }
    requests.push_back(std::move(waiting.request));
    answers.push_back(std::move(waiting.done));
  }
  if (requests.empty()) return;
  auto results = lease_many_(requests);
  for (size_t i = 0; i < answers.size(); ++i) answers[i](std::move(results[i]));
}

}  // namespace callimport::credential_manager

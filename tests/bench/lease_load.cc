#include "tests/bench/lease_load.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "tests/bench/bench_worker.h"
#include "tests/bench/import_run.h"
#include "tests/bench/latencies.h"

namespace callimport::bench {
namespace {

// What the workers have done together.
class Tally {
 public:
  explicit Tally(int64_t calls) : calls_(calls) {}

  bool IsDone() const { return completed_ >= calls_ || failed_; }
  int64_t completed() const { return completed_; }
  void Add(int64_t completed) {
    std::lock_guard lock(mutex_);
    completed_ += completed;
    last_ = std::chrono::steady_clock::now();
  }
  void Add(const Latencies& leases) {
    std::lock_guard lock(mutex_);
    leases_.push_back(leases);
  }
  void Fail(const absl::Status& status) {
    std::lock_guard lock(mutex_);
    status_ = status;
    failed_ = true;
  }
  // After the workers have ended.
  const absl::Status& status() const { return status_; }
  SteadyTime last() const { return last_; }
  // Of the worker that had it worst.
  double Lease(double quantile) const {
    double worst = 0;
    for (const Latencies& leases : leases_) worst = std::max(worst, leases.Quantile(quantile));
    return worst;
  }

 private:
  const int64_t calls_;
  std::atomic<int64_t> completed_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  SteadyTime last_;
  absl::Status status_;
  std::vector<Latencies> leases_;
};

absl::Status WorkUntilDone(BenchWorker& worker, Tally& tally) {
  Latencies latencies;
  while (!tally.IsDone()) {
    const SteadyTime begin = std::chrono::steady_clock::now();
    ASSIGN_OR_RETURN(const BenchWorker::Leases leases, worker.Lease(kLeaseBatch));
    // Nothing was due for two seconds: others have the rest.
    if (leases.empty()) break;
    latencies.Add(std::chrono::steady_clock::now() - begin);
    ASSIGN_OR_RETURN(const int64_t completed, worker.Complete(leases));
    tally.Add(completed);
  }
  tally.Add(latencies);
  return absl::OkStatus();
}

// Seconds from the first lease to the last outcome.
double RunWorkers(Installation& installation, Tally& tally) {
  std::vector<std::unique_ptr<BenchWorker>> workers;
  workers.reserve(kLeaseWorkers);
  for (int i = 0; i < kLeaseWorkers; ++i) {
    workers.push_back(std::make_unique<BenchWorker>(installation, "bench-" + std::to_string(i)));
  }
  const SteadyTime begin = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> threads;
    threads.reserve(workers.size());
    for (const auto& worker : workers) {
      threads.emplace_back([&tally, &worker = *worker] {
        if (const absl::Status status = WorkUntilDone(worker, tally); !status.ok()) {
          tally.Fail(status);
        }
      });
    }
  }
  return std::chrono::duration<double>(tally.last() - begin).count();
}

}  // namespace

absl::StatusOr<LeaseSpeed> WorkOff(Installation& installation, int64_t calls) {
  Tally tally(calls);
  const double seconds = RunWorkers(installation, tally);
  RETURN_IF_ERROR(tally.status());
  if (tally.completed() == 0) {
    return Error(absl::StatusCode::kAborted, "NOTHING_DUE", "no call could be leased");
  }
  return LeaseSpeed{.calls_per_second = static_cast<double>(tally.completed()) / seconds,
                    .p50 = tally.Lease(0.5),
                    .p99 = tally.Lease(0.99)};
}

}  // namespace callimport::bench

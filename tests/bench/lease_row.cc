#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "tests/bench/bench_worker.h"
#include "tests/bench/import_run.h"
#include "tests/bench/installation.h"
#include "tests/bench/latencies.h"
#include "tests/bench/rows.h"

namespace callimport::bench {
namespace {

constexpr int64_t kCalls = 50'000;
constexpr int kBatch = 100;
constexpr int kWorkers = 4;

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
    ASSIGN_OR_RETURN(const BenchWorker::Leases leases, worker.Lease(kBatch));
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
  for (int i = 0; i < kWorkers; ++i) {
    workers.push_back(std::make_unique<BenchWorker>(installation, "bench-" + std::to_string(i)));
  }
  const SteadyTime begin = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> threads;
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

struct Speed {
  double calls_per_second = 0;
  double p50 = 0;
  double p99 = 0;
};

absl::StatusOr<Speed> Work(int64_t calls, bool limited) {
  ASSIGN_OR_RETURN(
      const auto installation,
      Installation::Start({.calls = calls, .with_media_pipeline = false, .count_starts = limited}));
  ASSIGN_OR_RETURN(ImportRun run,
                   ImportRun::Begin(installation->client(), installation->credential_id()));
  RETURN_IF_ERROR(run.Await(HasListed(calls)).status());

  Tally tally(calls);
  const double seconds = RunWorkers(*installation, tally);
  RETURN_IF_ERROR(tally.status());
  if (tally.completed() == 0) {
    return Error(absl::StatusCode::kAborted, "NOTHING_DUE", "no call could be leased");
  }
  return Speed{.calls_per_second = static_cast<double>(tally.completed()) / seconds,
               .p50 = tally.Lease(0.5),
               .p99 = tally.Lease(0.99)};
}

}  // namespace

absl::Status MeasureLease(const Options& options, Report& report) {
  const int64_t calls = options.calls.value_or(kCalls);
  const std::string conditions = FormatCount(calls) + " calls of one job, batches of " +
                                 std::to_string(kBatch) + ", " + std::to_string(kWorkers) +
                                 " workers over mTLS";
  report.Step("lease: " + FormatCount(calls) + " calls without limits");
  ASSIGN_OR_RETURN(const Speed free, Work(calls, false));
  report.Add(
      {.row = "lease",
       .what = "leases and outcomes, no limits",
       .value = free.calls_per_second,
       .unit = "calls/s",
       .conditions = conditions + "; a lease rpc takes " + FormatNumber(free.p50) + " ms (p50)"});
  report.Step("lease: " + FormatCount(calls) + " calls under limits");
  ASSIGN_OR_RETURN(const Speed limited, Work(calls, true));
  report.Add({.row = "lease",
              .what = "leases and outcomes, all limits counted",
              .value = limited.calls_per_second,
              .unit = "calls/s",
              .target = AtLeast(10'000),
              .conditions = conditions + "; starts and leases of credential and platform counted"});
  report.Add({.row = "lease",
              .what = "lost to the limits",
              .value = 100 * (1 - limited.calls_per_second / free.calls_per_second),
              .unit = "%",
              .target = AtMost(15),
              .conditions = "of the speed without them; below 0: the machine's own drift"});
  report.Add({.row = "lease",
              .what = "a lease rpc, p99",
              .value = limited.p99,
              .unit = "ms",
              .target = AtMost(100),
              .conditions = "of the slowest worker; p50 " + FormatNumber(limited.p50) + " ms"});
  return absl::OkStatus();
}

}  // namespace callimport::bench

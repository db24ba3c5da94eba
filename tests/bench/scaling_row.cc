#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "libs/common/status_macros.h"
#include "tests/bench/bench_worker.h"
#include "tests/bench/import_run.h"
#include "tests/bench/installation.h"
#include "tests/bench/rows.h"

namespace callimport::bench {
namespace {

constexpr int64_t kCalls = 20'000;
constexpr int kCallsInFlight = 20;
// What each call takes of a worker is the vendor's time, not the machine's.
constexpr auto kVendorTakes = std::chrono::milliseconds(100);
constexpr auto kTime = std::chrono::seconds(5);
constexpr int kTurns = 3;

// Until the deadline; returns how many calls it has completed.
absl::StatusOr<int64_t> WorkUntil(BenchWorker& worker, SteadyTime deadline) {
  int64_t completed = 0;
  while (std::chrono::steady_clock::now() < deadline) {
    ASSIGN_OR_RETURN(const BenchWorker::Leases leases, worker.Lease(kCallsInFlight));
    if (leases.empty()) break;
    std::this_thread::sleep_for(kVendorTakes);
    ASSIGN_OR_RETURN(const int64_t counted, worker.Complete(leases));
    completed += counted;
  }
  return completed;
}

absl::StatusOr<double> CallsPerSecond(Installation& installation, int workers) {
  std::mutex mutex;
  absl::Status trouble;
  int64_t completed = 0;
  const SteadyTime begin = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> threads;
    threads.reserve(static_cast<size_t>(workers));
    for (int number = 0; number < workers; ++number) {
      threads.emplace_back([&, number] {
        BenchWorker worker(installation, "worker-" + std::to_string(number));
        const auto done = WorkUntil(worker, begin + kTime);
        std::lock_guard lock(mutex);
        trouble.Update(done.status());
        completed += done.value_or(0);
      });
    }
  }
  RETURN_IF_ERROR(trouble);
  return static_cast<double>(completed) / SecondsSince(begin);
}

}  // namespace

absl::Status MeasureScaling(const Options&, Report& report) {
  ASSIGN_OR_RETURN(
      const auto installation,
      Installation::Start({.calls = kCalls, .with_media_pipeline = false, .count_starts = true}));
  ASSIGN_OR_RETURN(ImportRun run,
                   ImportRun::Begin(installation->client(), installation->credential_id()));
  RETURN_IF_ERROR(run.Await(HasListed(kCalls)).status());
  double one = 0;
  double two = 0;
  // In turns, so that the machine's drift meets both.
  for (int turn = 0; turn < kTurns; ++turn) {
    report.Step("scaling: one worker, then two");
    ASSIGN_OR_RETURN(const double alone, CallsPerSecond(*installation, 1));
    ASSIGN_OR_RETURN(const double together, CallsPerSecond(*installation, 2));
    one += alone / kTurns;
    two += together / kTurns;
  }
  report.Add(
      {.row = "scaling",
       .what = "two workers, against one",
       .value = two / one,
       .unit = "times as fast",
       .target = AtLeast(1.7),
       .conditions = FormatNumber(one) + " and " + FormatNumber(two) + " calls/s; each has " +
                     std::to_string(kCallsInFlight) +
                     " calls in flight, which take the vendor 100 ms; wanted are 1.7 to 2.3"});
  return absl::OkStatus();
}

}  // namespace callimport::bench

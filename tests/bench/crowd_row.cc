#include <chrono>
#include <thread>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "tests/bench/bench_worker.h"
#include "tests/bench/import_run.h"
#include "tests/bench/installation.h"
#include "tests/bench/lease_load.h"
#include "tests/bench/rows.h"

namespace callimport::bench {
namespace {

constexpr int64_t kLeased = 50'000;
constexpr auto kLongestLoss = std::chrono::seconds(60);
constexpr auto kBetweenLooks = std::chrono::milliseconds(100);

// How long nobody has the call of a worker that died with it as soon as it had it. Another asks for
// the next call all the while, and has no time for any: the one that was lost is the first.
absl::StatusOr<double> SecondsUntilLeasedAnew(Installation& installation) {
  BenchWorker dying(installation, "dying");
  BenchWorker heir(installation, "heir");
  ASSIGN_OR_RETURN(const BenchWorker::Leases lost, dying.Lease(1));
  const SteadyTime death = std::chrono::steady_clock::now();
  while (!lost.empty() && std::chrono::steady_clock::now() < death + kLongestLoss) {
    ASSIGN_OR_RETURN(const BenchWorker::Leases leases, heir.Lease(1));
    if (!leases.empty() && leases[0].call_id() == lost[0].call_id()) return SecondsSince(death);
    if (!leases.empty()) RETURN_IF_ERROR(heir.Complete(leases).status());
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return Error(absl::StatusCode::kAborted, "LOST", "the call of a dead worker is lost");
}

}  // namespace

absl::Status MeasureCrowd(const Options& options, Report& report) {
  const std::string queued = FormatCount(options.queued);
  report.Step("crowd: listing " + queued + " calls");
  ASSIGN_OR_RETURN(const auto installation, Installation::Start({.calls = options.queued,
                                                                 .with_media_pipeline = false,
                                                                 .count_starts = true}));
  ASSIGN_OR_RETURN(ImportRun run,
                   ImportRun::Begin(installation->client(), installation->credential_id()));
  RETURN_IF_ERROR(run.Await(HasListed(options.queued)).status());

  report.Step("crowd: leasing beside them");
  ASSIGN_OR_RETURN(const LeaseSpeed speed, WorkOff(*installation, options.calls.value_or(kLeased)));
  const std::string conditions = queued + " calls wait in the queue; batches of " +
                                 std::to_string(kLeaseBatch) + ", " +
                                 std::to_string(kLeaseWorkers) + " workers over mTLS";
  report.Add({.row = "crowd",
              .what = "leases and outcomes, all limits counted",
              .value = speed.calls_per_second,
              .unit = "calls/s",
              .conditions = conditions});
  report.Add({.row = "crowd",
              .what = "a lease rpc, p99",
              .value = speed.p99,
              .unit = "ms",
              .target = AtMost(100),
              .conditions = "of the slowest worker; p50 " + FormatNumber(speed.p50) + " ms"});
  report.Step("crowd: a worker dies");
  ASSIGN_OR_RETURN(const double seconds, SecondsUntilLeasedAnew(*installation));
  report.Add({.row = "crowd",
              .what = "from a worker's death to the next lease of its call",
              .value = seconds,
              .unit = "s",
              .target = AtMost(15),
              .conditions = "it died as soon as it had the call"});
  return absl::OkStatus();
}

}  // namespace callimport::bench

#include "libs/common/status_macros.h"
#include "tests/bench/import_run.h"
#include "tests/bench/installation.h"
#include "tests/bench/lease_load.h"
#include "tests/bench/rows.h"

namespace callimport::bench {
namespace {

constexpr int64_t kCalls = 50'000;

absl::StatusOr<LeaseSpeed> Work(int64_t calls, bool limited) {
  ASSIGN_OR_RETURN(
      const auto installation,
      Installation::Start({.calls = calls, .with_media_pipeline = false, .count_starts = limited}));
  ASSIGN_OR_RETURN(ImportRun run,
                   ImportRun::Begin(installation->client(), installation->credential_id()));
  RETURN_IF_ERROR(run.Await(HasListed(calls)).status());

  return WorkOff(*installation, calls);
}

}  // namespace

absl::Status MeasureLease(const Options& options, Report& report) {
  const int64_t calls = options.calls.value_or(kCalls);
  const std::string conditions = FormatCount(calls) + " calls of one job, batches of " +
                                 std::to_string(kLeaseBatch) + ", " +
                                 std::to_string(kLeaseWorkers) + " workers over mTLS";
  report.Step("lease: " + FormatCount(calls) + " calls without limits");
  ASSIGN_OR_RETURN(const LeaseSpeed free, Work(calls, false));
  report.Add(
      {.row = "lease",
       .what = "leases and outcomes, no limits",
       .value = free.calls_per_second,
       .unit = "calls/s",
       .conditions = conditions + "; a lease rpc takes " + FormatNumber(free.p50) + " ms (p50)"});
  report.Step("lease: " + FormatCount(calls) + " calls under limits");
  ASSIGN_OR_RETURN(const LeaseSpeed limited, Work(calls, true));
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

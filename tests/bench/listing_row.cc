#include "libs/common/status_macros.h"
#include "tests/bench/import_run.h"
#include "tests/bench/installation.h"
#include "tests/bench/rows.h"

namespace callimport::bench {
namespace {

constexpr int64_t kCalls = 100'000;

}  // namespace

absl::Status MeasureListing(const Options& options, Report& report) {
  const int64_t calls = options.calls.value_or(kCalls);
  report.Step("listing: " + FormatCount(calls) + " calls");
  ASSIGN_OR_RETURN(const auto installation, Installation::Start({.calls = calls,
                                                                 .outside = options.vendor,
                                                                 .keep_limits = options.keep_limits,
                                                                 .with_media_pipeline = false}));

  ASSIGN_OR_RETURN(ImportRun run,
                   ImportRun::Begin(installation->client(), installation->credential_id()));
  ASSIGN_OR_RETURN(const auto job, run.Await(HasListed(calls)));
  const double seconds = SecondsSince(run.begin());

  const auto listed = static_cast<double>(job.progress().listed_calls());
  report.Add({.row = "listing",
              .what = "listing and enqueueing",
              .value = listed / seconds * 60,
              .unit = "records/min",
              .target = AtLeast(1'000'000),
              .conditions = FormatCount(job.progress().listed_calls()) + " calls in " +
                            FormatNumber(seconds) +
                            " s from the job's creation, counting included; media-pipeline " +
                            "stopped"});
  return absl::OkStatus();
}

}  // namespace callimport::bench

#include <algorithm>
#include <thread>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "tests/bench/bench_worker.h"
#include "tests/bench/import_run.h"
#include "tests/bench/installation.h"
#include "tests/bench/rows.h"
#include "tests/bench/watcher.h"

namespace callimport::bench {
namespace {

constexpr int64_t kChanges = 40;
constexpr int kChannels = 8;
constexpr std::chrono::seconds kPatience(60);
constexpr std::chrono::seconds kSeenPatience(10);
// Changes come at most five times a second; this tells the next from the last.
constexpr std::chrono::milliseconds kBetweenChanges(400);

std::vector<std::shared_ptr<grpc::Channel>> OpenChannels(e2e::Suite& suite) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < kChannels; ++i) {
    channels.push_back(suite.ChannelTo("status-tracker", "support-demo"));
  }
  return channels;
}

// One call becomes completed; the clock starts before the scheduler is told.
absl::Status Change(BenchWorker& worker, int64_t change, WatchLog& log) {
  ASSIGN_OR_RETURN(const BenchWorker::Leases leases, worker.Lease(1));
  if (leases.empty()) {
    return Error(absl::StatusCode::kAborted, "NOTHING_DUE", "there is no call to complete");
  }
  std::this_thread::sleep_for(kBetweenChanges);
  log.Expect(change);
  return worker.Complete(leases).status();
}

// How many of all deliveries were not seen in time.
absl::StatusOr<int64_t> RunChanges(BenchWorker& worker, int64_t watchers, WatchLog& log) {
  int64_t missed = 0;
  for (int64_t change = 1; change <= kChanges; ++change) {
    RETURN_IF_ERROR(Change(worker, change, log));
    if (!log.AwaitSeen(watchers, kSeenPatience)) missed += watchers - log.seen();
  }
  return missed;
}

void ReportLatencies(const Latencies& latencies, int64_t watchers, int64_t missed, Report& report) {
  const std::string many = FormatCount(watchers) + " watchers";
  report.Add({.row = "watch",
              .what = "change to watcher, p50",
              .value = latencies.Quantile(0.5),
              .unit = "ms"});
  report.Add({.row = "watch",
              .what = "change to watcher, p99",
              .value = latencies.Quantile(0.99),
              .unit = "ms",
              .target = AtMost(100),
              .conditions = many + " of one job on " + std::to_string(kChannels) +
                            " connections of this process, " + std::to_string(kChanges) +
                            " changes, from before the outcome is reported; " +
                            std::to_string(missed) + " of " + FormatCount(watchers * kChanges) +
                            " not seen within 10 s"});
}

}  // namespace

absl::Status MeasureWatch(const Options& options, Report& report) {
  report.Step("watch: " + FormatCount(options.watchers) + " watchers");
  // More than are completed, so that the job does not end.
  const int64_t calls = kChanges + 100;
  ASSIGN_OR_RETURN(const auto installation,
                   Installation::Start({.calls = calls, .with_media_pipeline = false}));
  ASSIGN_OR_RETURN(ImportRun run,
                   ImportRun::Begin(installation->client(), installation->credential_id()));
  RETURN_IF_ERROR(run.Await(HasListed(calls)).status());

  WatchLog log;
  const Watchers watchers(OpenChannels(installation->suite()), options.watchers,
                          installation->client().workspace(), run.job_id(), log);
  if (!log.AwaitReady(options.watchers, kPatience)) {
    return Error(absl::StatusCode::kDeadlineExceeded, "WATCHERS_NOT_READY",
                 "not every watcher has received the first status within a minute");
  }
  BenchWorker worker(*installation, "bench");
  ASSIGN_OR_RETURN(const int64_t missed, RunChanges(worker, options.watchers, log));
  ReportLatencies(log.latencies(), options.watchers, missed, report);
  const auto usages = installation->CurrentUsages();
  report.Add({.row = "watch",
              .what = "peak memory of status-tracker",
              .value = static_cast<double>(usages.at("status-tracker").peak_rss_bytes) / (1 << 20),
              .unit = "MiB",
              .target = AtMost(200)});
  return absl::OkStatus();
}

}  // namespace callimport::bench

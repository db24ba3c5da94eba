#include "tests/bench/read_rpcs.h"

#include <array>
#include <functional>

#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "tests/bench/latencies.h"

namespace callimport::bench {
namespace {

constexpr int kTimes = 500;
constexpr int kPageSize = 50;
constexpr double kTargetMs = 20;

using Rpc = std::function<absl::Status()>;

class Readings {
 public:
  Readings(std::string conditions, Report& report)
      : conditions_(std::move(conditions)), report_(report) {}

  absl::Status Measure(const std::string& name, const Rpc& rpc) {
    Latencies latencies;
    for (int i = 0; i < kTimes; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      RETURN_IF_ERROR(rpc());
      latencies.Add(std::chrono::steady_clock::now() - begin);
    }
    report_.Add({.row = "reads",
                 .what = name + ", p95",
                 .value = latencies.Quantile(0.95),
                 .unit = "ms",
                 .target = AtMost(kTargetMs),
                 .conditions = "p50 " + FormatNumber(latencies.Quantile(0.5)) + " ms, p99 " +
                               FormatNumber(latencies.Quantile(0.99)) + " ms; " + conditions_});
    return absl::OkStatus();
  }

 private:
  std::string conditions_;
  Report& report_;
};

template <typename Request>
Request For(const e2e::scheduler::ImportJob& job) {
  Request request;
  request.set_workspace_id(job.workspace_id());
  request.set_job_id(job.job_id());
  return request;
}

// Page after page, and from the beginning again.
Rpc PagesOfCalls(e2e::scheduler::JobScheduler::Stub& stub, const e2e::scheduler::ImportJob& job) {
  auto request = For<e2e::scheduler::ListImportCallsRequest>(job);
  request.mutable_page()->set_page_size(kPageSize);
  return [&stub, request]() mutable -> absl::Status {
    ASSIGN_OR_RETURN(
        const auto page,
        rpc::Invoke(stub, &e2e::scheduler::JobScheduler::Stub::ListImportCalls, request));
    request.mutable_page()->set_page_token(page.next_page_token());
    return absl::OkStatus();
  };
}

// What people look for: one word, several, a phrase, one of two.
Rpc Searches(e2e::pipeline::Engagements::Stub& stub, const std::string& workspace, int64_t& hits) {
  static const std::array<std::string, 6> queries = {
      "encryption", "pricing contract",      "\"security review\"",
      "onboarding", "competitor OR renewal", "proposal -budget"};
  e2e::pipeline::SearchEngagementsRequest request;
  request.set_workspace_id(workspace);
  request.mutable_page()->set_page_size(kPageSize);
  return [&stub, &hits, request, asked = size_t{0}]() mutable -> absl::Status {
    request.set_query(queries[asked++ % queries.size()]);
    ASSIGN_OR_RETURN(
        const auto page,
        rpc::Invoke(stub, &e2e::pipeline::Engagements::Stub::SearchEngagements, request));
    hits += page.hits_size();
    return absl::OkStatus();
  };
}

}  // namespace

absl::Status MeasureReads(Installation& installation, const e2e::scheduler::ImportJob& job,
                          Report& report) {
  report.Step("reads: the rpcs that people and dashboards ask");
  e2e::Suite& suite = installation.suite();
  const auto jobs =
      e2e::scheduler::JobScheduler::NewStub(suite.ChannelTo("job-scheduler", "support-demo"));
  const auto engagements =
      e2e::pipeline::Engagements::NewStub(suite.ChannelTo("media-pipeline", "support-demo"));
  const auto progress =
      e2e::tracker::Progress::NewStub(suite.ChannelTo("status-tracker", "support-demo"));
  const auto get_job = For<e2e::scheduler::GetImportJobRequest>(job);
  const auto get_status = For<e2e::tracker::GetImportStatusRequest>(job);

  Readings readings(std::to_string(kTimes) + " rpcs, one after the other, with " +
                        FormatCount(job.progress().listed_calls()) + " calls in the tables",
                    report);
  RETURN_IF_ERROR(readings.Measure("GetImportJob", [&] {
    return rpc::Invoke(*jobs, &e2e::scheduler::JobScheduler::Stub::GetImportJob, get_job).status();
  }));
  RETURN_IF_ERROR(readings.Measure("ListImportCalls", PagesOfCalls(*jobs, job)));
  RETURN_IF_ERROR(readings.Measure("GetImportStatus", [&] {
    return rpc::Invoke(*progress, &e2e::tracker::Progress::Stub::GetImportStatus, get_status)
        .status();
  }));
  int64_t hits = 0;
  RETURN_IF_ERROR(
      readings.Measure("SearchEngagements", Searches(*engagements, job.workspace_id(), hits)));
  report.Add({.row = "reads",
              .what = "  hits on a page of SearchEngagements",
              .value = static_cast<double>(hits) / kTimes,
              .unit = "of " + std::to_string(kPageSize)});
  return absl::OkStatus();
}

}  // namespace callimport::bench

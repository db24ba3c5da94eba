#include "tests/bench/bench_worker.h"

#include <utility>

#include "libs/common/ids.h"
#include "libs/common/status_macros.h"

namespace callimport::bench {
namespace {

constexpr int kWaitSeconds = 2;
constexpr int64_t kMediaBytes = 65'536;

}  // namespace

BenchWorker::BenchWorker(Installation& installation, std::string name)
    : name_(std::move(name)),
      queue_(job_scheduler::MakeCallQueueClient(
          installation.suite().ChannelTo("job-scheduler", "media-pipeline"))) {}

absl::StatusOr<BenchWorker::Leases> BenchWorker::Lease(int max_calls) {
  job_scheduler::v1::LeaseCallsRequest request;
  request.set_worker(name_);
  request.set_max_calls(max_calls);
  request.mutable_max_wait()->set_seconds(kWaitSeconds);
  ASSIGN_OR_RETURN(const auto response, queue_->LeaseCalls(request));
  Leases leases;
  leases.reserve(static_cast<size_t>(response.calls_size()));
  for (const auto& call : response.calls()) leases.push_back(call.lease());
  return leases;
}

absl::StatusOr<int64_t> BenchWorker::Complete(const Leases& leases) {
  job_scheduler::v1::ReportOutcomesRequest request;
  for (const auto& lease : leases) {
    auto& outcome = *request.add_outcomes();
    *outcome.mutable_lease() = lease;
    outcome.mutable_completed()->set_engagement_id(NewUuid());
    outcome.mutable_completed()->set_media_bytes(kMediaBytes);
  }
  ASSIGN_OR_RETURN(const auto response, queue_->ReportOutcomes(request));
  return static_cast<int64_t>(leases.size()) - response.stale_size();
}

}  // namespace callimport::bench

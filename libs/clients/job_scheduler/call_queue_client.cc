#include "libs/clients/job_scheduler/call_queue_client.h"

#include "callimport/job_scheduler/v1/call_queue.grpc.pb.h"
#include "libs/common/proto_time.h"
#include "libs/rpc/invoke.h"

namespace callimport::job_scheduler {
namespace {

using Stub = v1::CallQueue::Stub;
using std::chrono::seconds;

// An answer that got lost holds calls until their lease expires, so leasing is not repeated here.
const rpc::InvokeOptions kOnce{.timeout = seconds(5), .attempts = 1};
const rpc::InvokeOptions kPatient{.timeout = seconds(10), .attempts = 3};

class GrpcCallQueueClient : public CallQueueClient {
 public:
  explicit GrpcCallQueueClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::CallQueue::NewStub(channel)) {}

  absl::StatusOr<v1::LeaseCallsResponse> LeaseCalls(const v1::LeaseCallsRequest& request) override {
    const rpc::InvokeOptions options{.timeout = FromProto(request.max_wait()) + seconds(5)};
    return rpc::Invoke(*stub_, &Stub::LeaseCalls, request, options);
  }

  absl::StatusOr<v1::RenewLeasesResponse> RenewLeases(
      const v1::RenewLeasesRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::RenewLeases, request, kOnce);
  }

  absl::StatusOr<v1::ReportOutcomesResponse> ReportOutcomes(
      const v1::ReportOutcomesRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::ReportOutcomes, request, kPatient);
  }

  absl::StatusOr<v1::ReleaseCallsResponse> ReleaseCalls(
      const v1::ReleaseCallsRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::ReleaseCalls, request, kOnce);
  }

  absl::StatusOr<v1::RegisterUploadResponse> RegisterUpload(
      const v1::RegisterUploadRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::RegisterUpload, request, kPatient);
  }

 private:
  std::unique_ptr<Stub> stub_;
};

}  // namespace

std::unique_ptr<CallQueueClient> MakeCallQueueClient(
    const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcCallQueueClient>(channel);
}

}  // namespace callimport::job_scheduler

#include "libs/clients/job_scheduler/forgotten_calls_client.h"

#include "callimport/job_scheduler/v1/forgotten_calls.grpc.pb.h"
#include "libs/rpc/invoke.h"

namespace callimport::job_scheduler {
namespace {

using Stub = v1::ForgottenCalls::Stub;

const rpc::InvokeOptions kOnce{.timeout = std::chrono::seconds(10), .attempts = 1};

class GrpcForgottenCallsClient : public ForgottenCallsClient {
 public:
  explicit GrpcForgottenCallsClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::ForgottenCalls::NewStub(channel)) {}

  absl::StatusOr<v1::TakeForgottenCallsResponse> Take(
      const v1::TakeForgottenCallsRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::TakeForgottenCalls, request, kOnce);
  }

  absl::StatusOr<v1::ConfirmForgottenCallsResponse> Confirm(
      const v1::ConfirmForgottenCallsRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::ConfirmForgottenCalls, request, kOnce);
  }

 private:
  std::unique_ptr<Stub> stub_;
};

}  // namespace

std::unique_ptr<ForgottenCallsClient> MakeForgottenCallsClient(
    const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcForgottenCallsClient>(channel);
}

}  // namespace callimport::job_scheduler

// Asking job-scheduler which calls were deleted, to delete what became of them.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "absl/status/statusor.h"
#include "callimport/job_scheduler/v1/forgotten_calls.pb.h"

namespace callimport::job_scheduler {

// What ForgottenCalls promises; its proto says which errors there are.
class ForgottenCallsClient {
 public:
  virtual ~ForgottenCallsClient() = default;

  virtual absl::StatusOr<v1::TakeForgottenCallsResponse> Take(
      const v1::TakeForgottenCallsRequest& request) = 0;
  virtual absl::StatusOr<v1::ConfirmForgottenCallsResponse> Confirm(
      const v1::ConfirmForgottenCallsRequest& request) = 0;
};

std::unique_ptr<ForgottenCallsClient> MakeForgottenCallsClient(
    const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callimport::job_scheduler

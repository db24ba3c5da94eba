// Asking job-scheduler for calls to work on. Only media-pipeline does.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "absl/status/statusor.h"
#include "callimport/job_scheduler/v1/call_queue.pb.h"

namespace callimport::job_scheduler {

// What CallQueue promises; its proto says which errors there are.
class CallQueueClient {
 public:
  virtual ~CallQueueClient() = default;
  virtual absl::StatusOr<v1::LeaseCallsResponse> LeaseCalls(
      const v1::LeaseCallsRequest& request) = 0;
  virtual absl::StatusOr<v1::RenewLeasesResponse> RenewLeases(
      const v1::RenewLeasesRequest& request) = 0;
  virtual absl::StatusOr<v1::ReportOutcomesResponse> ReportOutcomes(
      const v1::ReportOutcomesRequest& request) = 0;
  virtual absl::StatusOr<v1::ReleaseCallsResponse> ReleaseCalls(
      const v1::ReleaseCallsRequest& request) = 0;
  virtual absl::StatusOr<v1::RegisterUploadResponse> RegisterUpload(
      const v1::RegisterUploadRequest& request) = 0;
};

std::unique_ptr<CallQueueClient> MakeCallQueueClient(const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callimport::job_scheduler

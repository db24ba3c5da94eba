// What is left of deleted calls elsewhere, as media-pipeline asks for it.
#pragma once

#include "callimport/job_scheduler/v1/forgotten_calls.grpc.pb.h"
#include "services/job-scheduler/storage/forgotten_calls_store.h"

namespace callimport::job_scheduler {

class ForgottenCallsService final : public v1::ForgottenCalls::Service {
 public:
  explicit ForgottenCallsService(ForgottenCallsStore& store) : store_(store) {}

  grpc::Status TakeForgottenCalls(grpc::ServerContext* context,
                                  const v1::TakeForgottenCallsRequest* request,
                                  v1::TakeForgottenCallsResponse* response) override;
  grpc::Status ConfirmForgottenCalls(grpc::ServerContext* context,
                                     const v1::ConfirmForgottenCallsRequest* request,
                                     v1::ConfirmForgottenCallsResponse* response) override;

 private:
  absl::StatusOr<v1::TakeForgottenCallsResponse> Take(const v1::TakeForgottenCallsRequest& request);
  absl::StatusOr<v1::ConfirmForgottenCallsResponse> Confirm(
      const v1::ConfirmForgottenCallsRequest& request);

  ForgottenCallsStore& store_;
};

}  // namespace callimport::job_scheduler

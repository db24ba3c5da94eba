#include "services/job-scheduler/api/forgotten_calls_service.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"

namespace callimport::job_scheduler {
namespace {

constexpr int kMostCalls = 1'000;

}  // namespace

grpc::Status ForgottenCallsService::TakeForgottenCalls(grpc::ServerContext* context,
                                                       const v1::TakeForgottenCallsRequest* request,
                                                       v1::TakeForgottenCallsResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Take(*request); });
}

grpc::Status ForgottenCallsService::ConfirmForgottenCalls(
    grpc::ServerContext* context, const v1::ConfirmForgottenCallsRequest* request,
    v1::ConfirmForgottenCallsResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Confirm(*request); });
}

absl::StatusOr<v1::TakeForgottenCallsResponse> ForgottenCallsService::Take(
    const v1::TakeForgottenCallsRequest& request) {
  RETURN_IF_ERROR(RequestCheck()
                      .Require(request.max_calls() >= 1 && request.max_calls() <= kMostCalls,
                               "max_calls", "must be 1 to 1000")
                      .Verdict());
  ASSIGN_OR_RETURN(const std::vector<ForgottenCall> calls, store_.List(request.max_calls()));
  v1::TakeForgottenCallsResponse response;
  for (const ForgottenCall& call : calls) {
    v1::ForgottenCall& message = *response.add_calls();
    message.set_call_id(call.call_id);
    message.set_workspace_id(call.workspace_id);
    message.set_platform(call.platform);
    message.set_source_call_id(call.source_call_id);
  }
  return response;
}

absl::StatusOr<v1::ConfirmForgottenCallsResponse> ForgottenCallsService::Confirm(
    const v1::ConfirmForgottenCallsRequest& request) {
  const auto& ids = request.call_ids();
  RETURN_IF_ERROR(
      RequestCheck()
          .Require(!ids.empty() && ids.size() <= kMostCalls, "call_ids", "must be 1 to 1000")
          .Require(std::ranges::all_of(ids, IsUuid), "call_ids", "must be UUIDs")
          .Verdict());
  RETURN_IF_ERROR(store_.Confirm({ids.begin(), ids.end()}));
  return v1::ConfirmForgottenCallsResponse();
}

}  // namespace callimport::job_scheduler

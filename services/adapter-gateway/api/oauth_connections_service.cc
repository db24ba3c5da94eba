#include "services/adapter-gateway/api/oauth_connections_service.h"

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"

namespace callimport::adapter_gateway {
namespace {

template <typename Request>
RequestCheck WorkspaceCheck(const Request& request) {
  return RequestCheck().Require(IsWorkspaceId(request.workspace_id()), "workspace_id",
                                "must be 1 to 64 of letters, digits, '-', '_' and '.'");
}

}  // namespace

grpc::Status OAuthConnectionsService::BeginOAuth(grpc::ServerContext* context,
                                                 const v1::BeginOAuthRequest* request,
                                                 v1::BeginOAuthResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller& caller) { return Begin(caller, *request); });
}

grpc::Status OAuthConnectionsService::CompleteOAuth(grpc::ServerContext* context,
                                                    const v1::CompleteOAuthRequest* request,
                                                    v1::CompleteOAuthResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller& caller) { return Complete(caller, *request); });
}

grpc::Status OAuthConnectionsService::GetOAuthAttempt(grpc::ServerContext* context,
                                                      const v1::GetOAuthAttemptRequest* request,
                                                      v1::GetOAuthAttemptResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Get(*request); });
}

absl::StatusOr<v1::BeginOAuthResponse> OAuthConnectionsService::Begin(
    const rpc::Caller& caller, const v1::BeginOAuthRequest& request) {
  RETURN_IF_ERROR(
      WorkspaceCheck(request)
          .Require(!request.platform().empty() && request.platform().size() <= 64, "platform",
                   "must be the name of a platform")
          .Require(request.account_ref().size() <= 64, "account_ref", "must be at most 64 bytes")
          .Verdict());
  return flow_.Begin(request, caller.ToActor());
}

absl::StatusOr<v1::CompleteOAuthResponse> OAuthConnectionsService::Complete(
    const rpc::Caller& caller, const v1::CompleteOAuthRequest& request) {
  RETURN_IF_ERROR(WorkspaceCheck(request)
                      .Require(!request.state().empty() && request.state().size() <= 128, "state",
                               "must be the state that the browser brought back")
                      .Require(request.error().size() <= 64, "error", "must be at most 64 bytes")
                      .Verdict());
  credential_manager::v1::CompleteOAuthRequest complete;
  complete.set_platform(request.platform());
  complete.set_state(request.state());
  complete.set_code(request.code());
  complete.set_error(request.error());
  complete.set_workspace_id(request.workspace_id());
  *complete.mutable_actor() = caller.ToActor();
  ASSIGN_OR_RETURN(const auto finished, flow_.Finish(complete));
  v1::CompleteOAuthResponse response;
  *response.mutable_outcome() = finished.outcome;
  return response;
}

absl::StatusOr<v1::GetOAuthAttemptResponse> OAuthConnectionsService::Get(
    const v1::GetOAuthAttemptRequest& request) {
  RETURN_IF_ERROR(WorkspaceCheck(request)
                      .Require(IsUuid(request.attempt_id()), "attempt_id", "must be a UUID")
                      .Verdict());
  v1::GetOAuthAttemptResponse response;
  ASSIGN_OR_RETURN(*response.mutable_outcome(),
                   flow_.Outcome(request.workspace_id(), request.attempt_id()));
  return response;
}

}  // namespace callimport::adapter_gateway

#include "services/job-scheduler/api/workspaces_service.h"

#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/correlation.h"
#include "services/job-scheduler/api/named_workspace.h"
#include "services/job-scheduler/api/workspace_messages.h"
#include "services/job-scheduler/domain/bulk_window.h"

namespace callimport::job_scheduler {

grpc::Status WorkspacesService::GetWorkspace(grpc::ServerContext* context,
                                             const v1::GetWorkspaceRequest* request,
                                             v1::GetWorkspaceResponse* response) {
  return rpc::Answer(*context, response,
                     [&](const rpc::Caller& caller) { return Get(caller, *request); });
}

grpc::Status WorkspacesService::UpdateWorkspace(grpc::ServerContext* context,
                                                const v1::UpdateWorkspaceRequest* request,
                                                v1::UpdateWorkspaceResponse* response) {
  return AnswerNamed(store_, *context, *request, response,
                     [&](const rpc::Caller& caller, const v1::UpdateWorkspaceRequest& named) {
                       return Update(caller, named);
                     });
}

grpc::Status WorkspacesService::GetUsage(grpc::ServerContext* context,
                                         const v1::GetUsageRequest* request,
                                         v1::GetUsageResponse* response) {
  return AnswerNamed(
      store_, *context, *request, response,
      [&](const rpc::Caller&, const v1::GetUsageRequest& named) { return Usage(named); });
}

absl::StatusOr<v1::GetWorkspaceResponse> WorkspacesService::Get(
    const rpc::Caller& caller, const v1::GetWorkspaceRequest& request) {
  RETURN_IF_ERROR(Check(request));
  const std::string& name =
      request.workspace_id().empty() ? request.customer_id() : request.workspace_id();
  ASSIGN_OR_RETURN(const std::string workspace_id, store_.Resolve(name));
  RETURN_IF_ERROR(UnderTheNameAskedFor(rpc::CheckWorkspace(caller, workspace_id), name));
  ASSIGN_OR_RETURN(const WorkspaceSettings settings, store_.Find(workspace_id));
  if (!request.customer_id().empty() && settings.customer_id != request.customer_id()) {
    return Error(absl::StatusCode::kNotFound, "WORKSPACE_NOT_FOUND",
                 "no workspace has this customer id");
  }
  const BulkWindow window(settings.time_zone, settings.bulk_hours);
  const Timestamp now = clock_.Now();
  v1::GetWorkspaceResponse response;
  *response.mutable_workspace() = ToProto(settings);
  if (const auto opens = window.OpensAt(now)) {
    *response.mutable_next_window_start() = callimport::ToProto(*opens);
  }
  if (const auto closes = window.ClosesAt(now)) {
    *response.mutable_window_end() = callimport::ToProto(*closes);
  }
  return response;
}

absl::StatusOr<v1::UpdateWorkspaceResponse> WorkspacesService::Update(
    const rpc::Caller& caller, const v1::UpdateWorkspaceRequest& request) {
  RETURN_IF_ERROR(Check(request));
  RETURN_IF_ERROR(store_.CheckOpen(request.workspace_id()));
  ASSIGN_OR_RETURN(const WorkspaceSettings settings,
                   store_.Update(request.workspace_id(), ChangeOf(request), caller.ToActor(),
                                 CurrentCorrelationId()));
  v1::UpdateWorkspaceResponse response;
  *response.mutable_workspace() = ToProto(settings);
  return response;
}

absl::StatusOr<v1::GetUsageResponse> WorkspacesService::Usage(const v1::GetUsageRequest& request) {
  RETURN_IF_ERROR(Check(request));
  ASSIGN_OR_RETURN(const FreeCalls used, store_.Usage(request.workspace_id(), request.month()));
  return ToProto(used);
}

}  // namespace callimport::job_scheduler

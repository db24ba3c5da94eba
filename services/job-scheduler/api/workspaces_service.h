// What holds for the imports of a workspace, and what it has used of its plan.
#pragma once

#include "callimport/job_scheduler/v1/workspaces.grpc.pb.h"
#include "libs/rpc/caller.h"
#include "services/job-scheduler/storage/workspace_store.h"

namespace callimport::job_scheduler {

class WorkspacesService final : public v1::Workspaces::Service {
 public:
  WorkspacesService(WorkspaceStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  grpc::Status GetWorkspace(grpc::ServerContext* context, const v1::GetWorkspaceRequest* request,
                            v1::GetWorkspaceResponse* response) override;
  grpc::Status UpdateWorkspace(grpc::ServerContext* context,
                               const v1::UpdateWorkspaceRequest* request,
                               v1::UpdateWorkspaceResponse* response) override;
  grpc::Status GetUsage(grpc::ServerContext* context, const v1::GetUsageRequest* request,
                        v1::GetUsageResponse* response) override;

 private:
  absl::StatusOr<v1::GetWorkspaceResponse> Get(const rpc::Caller& caller,
                                               const v1::GetWorkspaceRequest& request);
  absl::StatusOr<v1::UpdateWorkspaceResponse> Update(const rpc::Caller& caller,
                                                     const v1::UpdateWorkspaceRequest& request);
  absl::StatusOr<v1::GetUsageResponse> Usage(const v1::GetUsageRequest& request);

  WorkspaceStore& store_;
  const Clock& clock_;
};

}  // namespace callimport::job_scheduler

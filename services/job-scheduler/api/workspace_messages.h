// Between workspaces as the domain knows them and as the protos say.
#pragma once

#include "absl/status/status.h"
#include "callimport/job_scheduler/v1/workspaces.pb.h"
#include "services/job-scheduler/domain/workspace_settings.h"
#include "services/job-scheduler/storage/allowance.h"

namespace callimport::job_scheduler {

v1::Workspace ToProto(const WorkspaceSettings& settings);
v1::GetUsageResponse ToProto(const FreeCalls& used);

absl::Status Check(const v1::GetWorkspaceRequest& request);
absl::Status Check(const v1::UpdateWorkspaceRequest& request);
absl::Status Check(const v1::GetUsageRequest& request);

// Of a request that was checked.
WorkspaceChange ChangeOf(const v1::UpdateWorkspaceRequest& request);

}  // namespace callimport::job_scheduler

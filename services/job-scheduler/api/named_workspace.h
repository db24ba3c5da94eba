// Workspaces may be named by what other systems call them: their customer id.
#pragma once

#include <string>

#include "absl/strings/str_cat.h"
#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"
#include "services/job-scheduler/storage/workspace_store.h"

namespace callimport::job_scheduler {

// Who may not see a workspace hears of it by the name that was asked for, and not by its own.
inline absl::Status UnderTheNameAskedFor(const absl::Status& refused, const std::string& name) {
  if (!absl::IsNotFound(refused)) return refused;
  return Error(absl::StatusCode::kNotFound, "WORKSPACE_NOT_FOUND",
               absl::StrCat("no workspace ", name, " for this caller"));
}

// As rpc::Answer, for requests with a workspace_id. `decide` gets the request with the workspace's
// own id; whether the caller may see it is decided by that.
template <typename Request, typename Response, typename Decide>
grpc::Status AnswerNamed(WorkspaceStore& workspaces, grpc::ServerContext& context,
                         const Request& request, Response* response, Decide decide) {
  return rpc::Answer(context, response, [&](const rpc::Caller& caller) -> absl::StatusOr<Response> {
    Request named = request;
    if (IsWorkspaceId(request.workspace_id())) {
      ASSIGN_OR_RETURN(*named.mutable_workspace_id(), workspaces.Resolve(request.workspace_id()));
    }
    RETURN_IF_ERROR(UnderTheNameAskedFor(rpc::Admit(caller, named), request.workspace_id()));
    return decide(caller, named);
  });
}

}  // namespace callimport::job_scheduler

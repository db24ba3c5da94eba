// Holds a request against the workspaces that its caller may see, whatever the request is.
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"
#include "libs/rpc/caller.h"

namespace callimport::rpc {

// Looks at every "workspace_id" of the request, wherever it stands in it. For a caller who is
// bound to workspaces: NOT_FOUND (WORKSPACE_NOT_FOUND) for another one, and INVALID_ARGUMENT for
// one that is not named.
absl::Status CheckWorkspaceOf(const Caller& caller, const google::protobuf::Message& request);

// Whether the request of "package.Service/Method" has a place for one.
bool RequestNamesWorkspace(const std::string& rpc);

}  // namespace callimport::rpc

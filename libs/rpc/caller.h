// Who is asking, taken from the token of the rpc or else from the client certificate.
//
// A certificate names its owner by a URI in its subject alternative names:
// spiffe://callimport/service/media-pipeline, spiffe://callimport/support/dana,
// spiffe://callimport/workspace-admin/<workspace>/<name>.
#pragma once

#include <grpcpp/security/auth_context.h>
#include <grpcpp/server_context.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "callimport/common/v1/actor.pb.h"

namespace callimport::rpc {

struct Caller {
  // "service", "operator", "support", "auditor", "workspace-admin" or "workspace-member".
  std::string kind;
  std::string name;
  // The only workspaces this caller may see. Unset: any.
  std::optional<std::vector<std::string>> workspaces;

  // "support/dana": as access rules name it.
  std::string Identity() const { return kind + "/" + name; }
  callimport::common::v1::Actor ToActor() const;
};

// Nothing when the certificate names nobody we know.
std::optional<Caller> ParseCaller(const std::string& spiffe_uri);
std::optional<Caller> CallerOf(const grpc::AuthContext& context);
std::optional<Caller> CallerOf(const grpc::ServerContextBase& context);

// Whether this kind of caller is always bound to workspaces.
bool IsOfWorkspaces(const std::string& kind);

// NOT_FOUND (WORKSPACE_NOT_FOUND) unless the caller may see the workspace; that it exists is not
// told.
absl::Status CheckWorkspace(const Caller& caller, const std::string& workspace_id);

}  // namespace callimport::rpc

#include "libs/rpc/caller.h"

#include <grpcpp/security/auth_context.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "libs/common/errors.h"

namespace callimport::rpc {
namespace {

using callimport::common::v1::Actor;

constexpr std::string_view kTrustDomain = "spiffe://callimport/";

struct Kind {
  std::string_view name;
  bool bound_to_workspace;
  Actor::Kind actor;
};

constexpr std::array kKinds = {
    Kind{"service", false, Actor::KIND_SERVICE},
    Kind{"operator", false, Actor::KIND_SUPPORT},
    Kind{"support", false, Actor::KIND_SUPPORT},
    Kind{"auditor", false, Actor::KIND_AUDITOR},
    Kind{"workspace-admin", true, Actor::KIND_WORKSPACE_ADMIN},
    Kind{"workspace-member", true, Actor::KIND_WORKSPACE_MEMBER},
};

const Kind* FindKind(std::string_view name) {
  for (const Kind& kind : kKinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

std::vector<std::string> SplitAtSlashes(std::string_view path) {
  std::vector<std::string> parts;
  size_t start = 0;
  while (start <= path.size()) {
    const size_t end = std::min(path.find('/', start), path.size());
    parts.emplace_back(path.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

}  // namespace

Actor Caller::ToActor() const {
  Actor actor;
  const Kind* known = FindKind(kind);
  actor.set_kind(known ? known->actor : Actor::KIND_UNSPECIFIED);
  actor.set_name(name);
  return actor;
}

std::optional<Caller> ParseCaller(const std::string& spiffe_uri) {
  if (!spiffe_uri.starts_with(kTrustDomain)) return std::nullopt;
  const auto parts = SplitAtSlashes(std::string_view(spiffe_uri).substr(kTrustDomain.size()));
  const Kind* kind = FindKind(parts[0]);
  if (!kind || parts.size() != (kind->bound_to_workspace ? 3u : 2u) || parts.back().empty()) {
    return std::nullopt;
  }
  Caller caller{.kind = parts[0], .name = parts.back(), .workspace_id = std::nullopt};
  if (kind->bound_to_workspace) caller.workspace_id = parts[1];
  return caller;
}

std::optional<Caller> CallerOf(const grpc::AuthContext& context) {
  for (const grpc::string_ref& uri : context.FindPropertyValues("peer_uri")) {
    if (auto caller = ParseCaller(std::string(uri.data(), uri.size()))) return caller;
  }
  return std::nullopt;
}

std::optional<Caller> CallerOf(const grpc::ServerContextBase& context) {
  const auto auth = context.auth_context();
  return auth ? CallerOf(*auth) : std::nullopt;
}

absl::Status CheckWorkspace(const Caller& caller, const std::string& workspace_id) {
  if (!caller.workspace_id || *caller.workspace_id == workspace_id) return absl::OkStatus();
  return Error(absl::StatusCode::kNotFound, "WORKSPACE_NOT_FOUND", "no workspace " + workspace_id);
}

}  // namespace callimport::rpc

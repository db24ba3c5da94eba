#include "libs/rpc/caller.h"

#include <algorithm>
#include <array>
#include <vector>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/rpc/caller_metadata.h"
#include "libs/rpc/identity.h"

namespace callimport::rpc {
namespace {

using common::v1::Actor;

struct Kind {
  const char* name;
  Actor::Kind actor;
  bool of_workspaces;
};

constexpr std::array kKinds{
    Kind{"service", Actor::KIND_SERVICE, false},
    Kind{"support", Actor::KIND_SUPPORT, false},
    Kind{"operator", Actor::KIND_OPERATOR, false},
    Kind{"auditor", Actor::KIND_AUDITOR, false},
    Kind{"workspace-admin", Actor::KIND_WORKSPACE_ADMIN, true},
    Kind{"workspace-member", Actor::KIND_WORKSPACE_MEMBER, true},
};

const Kind* FindKind(const std::string& name) {
  for (const Kind& kind : kKinds) {
    if (name == kind.name) return &kind;
  }
  return nullptr;
}

std::vector<std::string> SplitAtSlashes(const std::string& path) {
  std::vector<std::string> parts(1);
  for (const char c : path) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

}  // namespace

common::v1::Actor Caller::ToActor() const {
  Actor actor;
  if (const Kind* known = FindKind(kind)) actor.set_kind(known->actor);
  actor.set_name(name);
  return actor;
}

std::optional<Caller> ParseCaller(const std::string& spiffe_uri) {
  if (!spiffe_uri.starts_with(kTrustDomain)) return std::nullopt;
  const auto parts = SplitAtSlashes(spiffe_uri.substr(kTrustDomain.size()));
  const Kind* kind = FindKind(parts.front());
  if (kind == nullptr || parts.size() != (kind->of_workspaces ? 3u : 2u)) return std::nullopt;
  for (const std::string& part : parts) {
    // The same letters are allowed in every part of the address.
    if (!IsWorkspaceId(part)) return std::nullopt;
  }
  Caller caller{.kind = kind->name, .name = parts.back(), .workspaces = std::nullopt};
  if (kind->of_workspaces) caller.workspaces = {parts[1]};
  return caller;
}

std::optional<Caller> CallerOf(const grpc::AuthContext& context) {
  const auto uris = context.FindPropertyValues(kSpiffeProperty);
  if (uris.size() != 1) return std::nullopt;
  return ParseCaller(std::string(uris.front().data(), uris.front().size()));
}

std::optional<Caller> CallerOf(const grpc::ServerContextBase& context) {
  const auto& metadata = context.client_metadata();
  const auto named = metadata.find(kCallerKey);
  if (named != metadata.end()) {
    return DecodeCaller({named->second.data(), named->second.size()});
  }
  const auto peer = context.auth_context();
  return peer == nullptr ? std::nullopt : CallerOf(*peer);
}

bool IsOfWorkspaces(const std::string& kind) {
  const Kind* known = FindKind(kind);
  return known != nullptr && known->of_workspaces;
}

absl::Status CheckWorkspace(const Caller& caller, const std::string& workspace_id) {
  if (!caller.workspaces || std::ranges::count(*caller.workspaces, workspace_id) > 0) {
    return absl::OkStatus();
  }
  return Error(absl::StatusCode::kNotFound, "WORKSPACE_NOT_FOUND",
               "no workspace " + workspace_id + " for this caller");
}

}  // namespace callimport::rpc

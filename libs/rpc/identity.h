// How certificates name their owners. Inside libs/rpc only.
#pragma once

#include <grpcpp/security/auth_context.h>

#include <optional>
#include <string_view>

#include "libs/rpc/caller.h"

namespace callimport::rpc {

inline constexpr std::string_view kTrustDomain = "spiffe://callimport/";

// gRPC fills it when the certificate holds exactly one URI, and that is a SPIFFE id.
inline constexpr char kSpiffeProperty[] = "peer_spiffe_id";

std::optional<Caller> CallerOf(const grpc::AuthContext& context);

}  // namespace callimport::rpc

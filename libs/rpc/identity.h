// How certificates name their owners. Inside libs/rpc only.
#pragma once

#include <string_view>

namespace callimport::rpc {

inline constexpr std::string_view kTrustDomain = "spiffe://callimport/";

// gRPC fills it when the certificate holds exactly one URI, and that is a SPIFFE id.
inline constexpr char kSpiffeProperty[] = "peer_spiffe_id";

}  // namespace callimport::rpc

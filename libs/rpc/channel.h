// A connection to another service of the suite, secured both ways by certificates.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "absl/status/statusor.h"
#include "libs/rpc/config.pb.h"

namespace callimport::rpc {

// Does not wait for the peer: rpcs find out. Several addresses are used in turn.
absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(const PeerConfig& peer);

}  // namespace callimport::rpc

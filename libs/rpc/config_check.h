// What the configurations of all services have in common, checked before anything is opened. Every
// error is CONFIG_INVALID and begins with the path of the field: "server.access[3].callers[0]:
// ...".
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "libs/rpc/config.pb.h"

namespace callimport::rpc {

// Access rules may name what `package` has: "callimport.job_scheduler.v1". Reads the files of
// certificates and of token keys, too.
absl::Status CheckServer(const ServerConfig& server, const std::string& package);

// `field` is where it stands in the file: "adapter_gateway".
absl::Status CheckPeer(const PeerConfig& peer, const std::string& field);

// "127.0.0.1:7101", "[::1]:7101"; port 0 takes any free one.
absl::Status CheckListenAddress(const std::string& address, const std::string& field);

absl::Status CheckNotNegative(int64_t value, const std::string& field);

}  // namespace callimport::rpc

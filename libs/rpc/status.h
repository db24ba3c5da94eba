// Between absl::Status and grpc::Status, both ways, details included.
#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace callimport::rpc {

// The text of INTERNAL and UNKNOWN errors stays in the log; who asked gets the correlation id.
grpc::Status ToGrpcStatus(const absl::Status& status);

absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace callimport::rpc

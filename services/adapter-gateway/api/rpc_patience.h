// How long an rpc waits for its turn at a vendor.
#pragma once

#include <grpcpp/server_context.h>

#include "libs/common/clock.h"
#include "services/adapter-gateway/quota/patience.h"

namespace callimport::adapter_gateway {

// Twenty seconds, or until shortly before the rpc's deadline, so that its caller still learns when
// to come back. `context` must outlive it.
Patience PatienceOf(const grpc::ServerContext& context, const Clock& clock);

}  // namespace callimport::adapter_gateway

// How long an rpc waits for its turn at a vendor.
#pragma once

#include <grpcpp/server_context.h>

#include "callimport/common/v1/progress.pb.h"
#include "libs/common/clock.h"
#include "services/adapter-gateway/quota/patience.h"

namespace callimport::adapter_gateway {

// Twenty seconds, or until shortly before the rpc's deadline, so that its caller still learns when
// to come back. What a person, a vendor's announcement or a sync waits for is urgent. `context`
// must outlive it.
Patience PatienceOf(const grpc::ServerContext& context, const Clock& clock,
                    common::v1::WorkClass work_class);

// Of rpcs that a person waits for.
inline Patience InteractivePatience(const grpc::ServerContext& context, const Clock& clock) {
  return PatienceOf(context, clock, common::v1::WORK_CLASS_INTERACTIVE);
}

}  // namespace callimport::adapter_gateway

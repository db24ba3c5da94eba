// Whether a request to connect fits what the catalog says of the platform.
#pragma once

#include "absl/status/status.h"
#include "callimport/adapter_gateway/v1/connections.pb.h"
#include "libs/rpc/caller.h"
#include "services/adapter-gateway/platforms/platform_registry.h"

namespace callimport::adapter_gateway {

// One that is for one job only comes from a service, and all that comes from a service is.
absl::Status CheckOneJob(const v1::ConnectWithApiKeyRequest& request, const rpc::Caller& caller);

// INVALID_ARGUMENT with a violation for every field that is wrong. `platform` is null where the
// catalog has none of that name.
absl::Status CheckConnect(const v1::ConnectWithApiKeyRequest& request, const Platform* platform);

}  // namespace callimport::adapter_gateway

// Whether a request to connect fits what the catalog says of the platform.
#pragma once

#include "absl/status/status.h"
#include "callimport/adapter_gateway/v1/connections.pb.h"
#include "services/adapter-gateway/platforms/platform_registry.h"

namespace callimport::adapter_gateway {

// INVALID_ARGUMENT with a violation for every field that is wrong. `platform` is null where the
// catalog has none of that name.
absl::Status CheckConnect(const v1::ConnectWithApiKeyRequest& request, const Platform* platform);

}  // namespace callimport::adapter_gateway

// Whether the configuration makes sense, before anything is opened.
#pragma once

#include "absl/status/status.h"
#include "services/adapter-gateway/config.pb.h"

namespace callimport::adapter_gateway {

// CONFIG_INVALID naming the field.
absl::Status CheckConfig(const Config& config);

}  // namespace callimport::adapter_gateway

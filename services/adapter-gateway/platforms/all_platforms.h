// The platforms that can be imported from.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "libs/common/clock.h"
#include "services/adapter-gateway/platforms/platform_adapter.h"

namespace callimport::adapter_gateway {

using Adapters = std::map<std::string, std::unique_ptr<PlatformAdapter>>;

// By the names of the catalog. `clock` must outlive them.
Adapters AllPlatforms(const Clock& clock);

}  // namespace callimport::adapter_gateway

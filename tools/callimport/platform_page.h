// What the platforms can do, as a page for people who sell the product.
#pragma once

#include <string>

#include "callimport/adapter_gateway/v1/connections.pb.h"

namespace callimport::cli {

// A whole HTML page, which needs no other file.
std::string PlatformPage(const adapter_gateway::v1::ListPlatformsResponse& registry);

}  // namespace callimport::cli

#include "services/adapter-gateway/platforms/all_platforms.h"

#include "services/adapter-gateway/platforms/gong/adapter.h"

namespace callimport::adapter_gateway {

Adapters AllPlatforms(const Clock& clock) {
  Adapters adapters;
  adapters["gong"] = std::make_unique<gong::Adapter>(clock);
  return adapters;
}

}  // namespace callimport::adapter_gateway

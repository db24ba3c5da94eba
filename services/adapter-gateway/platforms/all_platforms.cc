#include "services/adapter-gateway/platforms/all_platforms.h"

#include "services/adapter-gateway/platforms/gong/adapter.h"
#include "services/adapter-gateway/platforms/openphone/adapter.h"
#include "services/adapter-gateway/platforms/retreaver/adapter.h"

namespace callimport::adapter_gateway {

Adapters AllPlatforms(const Clock& clock) {
  Adapters adapters;
  adapters["gong"] = std::make_unique<gong::Adapter>(clock);
  adapters["openphone"] = std::make_unique<openphone::Adapter>(clock);
  adapters["retreaver"] = std::make_unique<retreaver::Adapter>(clock);
  return adapters;
}

}  // namespace callimport::adapter_gateway

// The key service as the configuration names it.
#pragma once

#include <memory>

#include "libs/http/http_client.h"
#include "services/credential-manager/config.pb.h"
#include "services/credential-manager/sealing/transit.h"

namespace callimport::credential_manager {

// Null when none is configured.
std::unique_ptr<const Transit> MakeTransit(http::HttpClient& http, const TransitConfig& config);

}  // namespace callimport::credential_manager

// What an import from a platform takes and costs, from what the catalog and the adapter say.
#pragma once

#include "callimport/adapter_gateway/v1/call_catalog.pb.h"
#include "callimport/common/v1/platform.pb.h"
#include "services/adapter-gateway/platforms/request_costs.h"

namespace callimport::adapter_gateway {

// Limits of a day and more are told as a daily number, shorter ones as a rate.
v1::ImportTerms ImportTermsOf(const common::v1::PlatformDescriptor& platform,
                              const RequestCosts& costs, int64_t calls);

}  // namespace callimport::adapter_gateway

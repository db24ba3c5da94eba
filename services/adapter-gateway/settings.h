// What the configuration says, with what holds where it says nothing.
#pragma once

#include <chrono>

#include "libs/http/http_client.h"
#include "services/adapter-gateway/config.pb.h"
#include "services/adapter-gateway/records/quarantine.h"
#include "services/adapter-gateway/vendor/circuit_breaker.h"

namespace callimport::adapter_gateway {

std::chrono::milliseconds QuotaLeaseOf(const Config& config);
http::Deadlines DeadlinesOf(const Config& config);
int64_t LargestRecordingOf(const Config& config);
BreakerTerms BreakerTermsOf(const Config& config);
QuarantineTerms QuarantineTermsOf(const Config& config);

}  // namespace callimport::adapter_gateway

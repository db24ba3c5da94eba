// What answers say of the vendor's budgets, in the forms that are about: X-RateLimit-*,
// X-Rate-Limit-*, RateLimit-* and the one RateLimit header.
#pragma once

#include <optional>

#include "libs/common/clock.h"
#include "libs/http/http_client.h"
#include "services/adapter-gateway/domain/quota_exchange.h"

namespace callimport::adapter_gateway {

// Nothing when the answer says nothing that can be read. A reset is seconds from now, or a moment:
// in seconds or milliseconds since 1970.
std::optional<VendorWord> VendorWordOf(const http::Head& head, Timestamp now);

}  // namespace callimport::adapter_gateway

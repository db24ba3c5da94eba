// What each adapter cannot do without, in the version of the vendor's interface that it speaks. The
// version stands in the catalog.
#pragma once

#include <string>
#include <vector>

#include "services/adapter-gateway/vendor/contract_sentinel.h"

namespace callimport::adapter_gateway {

// By the catalog's name; none for a platform without an adapter.
std::vector<NeededField> NeededFieldsOf(const std::string& platform);

}  // namespace callimport::adapter_gateway

// Whether a database can be looked for where the configuration says.
#pragma once

#include "absl/status/status.h"
#include "libs/postgres/config.pb.h"

namespace callimport::postgres {

// CONFIG_INVALID naming the field, which stands under "database" in every service's file. Asks no
// database.
absl::Status CheckConfig(const Config& config);

}  // namespace callimport::postgres

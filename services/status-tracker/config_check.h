// Whether the configuration makes sense, before anything is opened.
#pragma once

#include "absl/status/status.h"
#include "services/status-tracker/config.pb.h"

namespace callimport::status_tracker {

// CONFIG_INVALID naming the field.
absl::Status CheckConfig(const Config& config);

}  // namespace callimport::status_tracker

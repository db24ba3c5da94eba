// Whether the configuration makes sense, before anything is opened.
#pragma once

#include "absl/status/status.h"
#include "services/media-pipeline/config.pb.h"

namespace callimport::media_pipeline {

// CONFIG_INVALID naming the field.
absl::Status CheckConfig(const Config& config);

}  // namespace callimport::media_pipeline

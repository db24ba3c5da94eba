// Whether the configuration makes sense, before anything is opened.
#pragma once

#include "absl/status/status.h"
#include "services/job-scheduler/config.pb.h"

namespace callimport::job_scheduler {

// CONFIG_INVALID naming the field.
absl::Status CheckConfig(const Config& config);

}  // namespace callimport::job_scheduler

// While a mass import holds a workspace, nothing else may change what is imported there.
#pragma once

#include "absl/status/status.h"
#include "services/job-scheduler/domain/workspace_settings.h"

namespace callimport::job_scheduler {

// FAILED_PRECONDITION (WORKSPACE_IN_MAINTENANCE), saying why and until when as far as is known.
absl::Status CheckOpen(const WorkspaceSettings& workspace);

}  // namespace callimport::job_scheduler

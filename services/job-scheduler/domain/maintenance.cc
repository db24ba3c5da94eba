#include "services/job-scheduler/domain/maintenance.h"

#include <string>

#include "absl/time/time.h"
#include "libs/common/errors.h"

namespace callimport::job_scheduler {

absl::Status CheckOpen(const WorkspaceSettings& workspace) {
  const auto& maintenance = workspace.maintenance;
  if (!maintenance) return absl::OkStatus();
  std::string text = "the workspace is closed for a mass import";
  if (!maintenance->reason.empty()) text += ": " + maintenance->reason;
  if (maintenance->ends_at) {
    text += "; it is likely to end at " + absl::FormatTime("%Y-%m-%d %H:%M UTC",
                                                           absl::FromChrono(*maintenance->ends_at),
                                                           absl::UTCTimeZone());
  }
  return Error(absl::StatusCode::kFailedPrecondition, "WORKSPACE_IN_MAINTENANCE", text);
}

}  // namespace callimport::job_scheduler

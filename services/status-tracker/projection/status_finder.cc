#include "services/status-tracker/projection/status_finder.h"

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"

namespace callimport::status_tracker {
namespace {

absl::Status NotFound() {
  return Error(absl::StatusCode::kNotFound, "JOB_NOT_FOUND", "no such job in this workspace");
}

}  // namespace

absl::StatusOr<ImportStatus> StatusFinder::Find(const std::string& workspace_id,
                                                const std::string& job_id) {
  ASSIGN_OR_RETURN(const auto stored, store_.Find(workspace_id, job_id));
  if (stored && !IsTerminal(stored->job.state())) return *stored;
  // A retry wakes an ended job, and whoever asked for it must not be told that it has ended.
  absl::StatusOr<ImportStatus> asked = Ask(workspace_id, job_id);
  return stored && !asked.ok() ? *stored : asked;
}

absl::StatusOr<ImportStatus> StatusFinder::Ask(const std::string& workspace_id,
                                               const std::string& job_id) {
  const auto snapshot = events_.GetProgressSnapshot(job_id);
  if (absl::IsNotFound(snapshot.status())) return NotFound();
  RETURN_IF_ERROR(snapshot.status());
  for (const common::v1::JobStatus& job : snapshot->jobs()) {
    if (job.job_id() != job_id || job.workspace_id() != workspace_id) continue;
    const ImportStatus status{.job = job, .revision = snapshot->revision()};
    RETURN_IF_ERROR(store_.Remember(status));
    return status;
  }
  return NotFound();
}

}  // namespace callimport::status_tracker

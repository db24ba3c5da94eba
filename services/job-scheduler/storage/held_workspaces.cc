#include "services/job-scheduler/storage/held_workspaces.h"

#include <algorithm>
#include <set>

#include "services/job-scheduler/domain/maintenance.h"
#include "services/job-scheduler/storage/mass_imports_table.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {

bool IsHeld(pqxx::work& tx, const std::string& job_id, const WorkspaceSettings& settings) {
  return settings.maintenance && !FindOpenImportJobs(tx).contains(job_id);
}

void HaltHeldJobs(pqxx::work& tx, QueueState& state) {
  const bool held = std::ranges::any_of(state.workspaces, [](const auto& workspace) {
    return workspace.second.maintenance.has_value();
  });
  if (!held) return;
  const std::set<std::string> own = FindOpenImportJobs(tx);
  for (QueuedJob& job : state.jobs) {
    const auto workspace = state.workspaces.find(job.credential.first);
    if (workspace == state.workspaces.end() || !workspace->second.maintenance) continue;
    job.halted = job.halted || !own.contains(job.job_id);
  }
}

absl::Status CheckNotHeld(pqxx::work& tx, const ImportJob& job, const WorkspaceSettings& defaults) {
  const WorkspaceSettings settings = FindWorkspace(tx, job.workspace_id, defaults);
  return IsHeld(tx, job.job_id, settings) ? CheckOpen(settings) : absl::OkStatus();
}

}  // namespace callimport::job_scheduler

// Workspaces that a mass import holds: its own job goes on there, and all others stand still. Every
// function joins the caller's transaction.
#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/job-scheduler/domain/import_job.h"
#include "services/job-scheduler/domain/queue_contest.h"
#include "services/job-scheduler/domain/workspace_settings.h"

namespace callimport::job_scheduler {

// Whether the job stands still. `settings` are of its workspace.
bool IsHeld(pqxx::work& tx, const std::string& job_id, const WorkspaceSettings& settings);

// Halts those that stand still.
void HaltHeldJobs(pqxx::work& tx, QueueState& state);

// FAILED_PRECONDITION (WORKSPACE_IN_MAINTENANCE) when nobody may let the job go on. `defaults` hold
// for workspaces that were not set.
absl::Status CheckNotHeld(pqxx::work& tx, const ImportJob& job, const WorkspaceSettings& defaults);

}  // namespace callimport::job_scheduler

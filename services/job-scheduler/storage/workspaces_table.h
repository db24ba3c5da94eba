// The SQL of workspaces. Every function joins the caller's transaction.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "services/job-scheduler/domain/workspace_settings.h"

namespace callimport::job_scheduler {

// What is in force, with `defaults` where nothing was set.
WorkspaceSettings FindWorkspace(pqxx::work& tx, const std::string& workspace_id,
                                const WorkspaceSettings& defaults);

// The same for several at once, in no particular order; each is there.
std::vector<WorkspaceSettings> FindWorkspaces(pqxx::work& tx,
                                              const std::vector<std::string>& workspace_ids,
                                              const WorkspaceSettings& defaults);

// Empty when no workspace has this customer id.
std::string FindWorkspaceOfCustomer(pqxx::work& tx, const std::string& customer_id);

// Whether imports or settings are kept under this id.
bool IsKnownWorkspace(pqxx::work& tx, const std::string& workspace_id);

// Sets what the change names. False when another workspace has the customer id.
bool SaveWorkspace(pqxx::work& tx, const std::string& workspace_id, const WorkspaceChange& change);

// Starts, changes or (nothing) ends the maintenance.
void SaveMaintenance(pqxx::work& tx, const std::string& workspace_id,
                     const std::optional<Maintenance>& maintenance);

}  // namespace callimport::job_scheduler

// The SQL of sync_status: a row per sync. Every function joins the caller's transaction.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "services/job-scheduler/domain/sync_plan.h"

namespace callimport::job_scheduler {

void InsertSyncStatus(pqxx::work& tx, const SyncStatus& status, Timestamp now);
// Nothing for a job that is no sync.
std::optional<SyncStatus> FindSyncStatus(pqxx::work& tx, const std::string& job_id);
// What its listing has come to: range, limit, new calls, cut and lateness.
void SaveSyncStatus(pqxx::work& tx, const SyncStatus& status);
void EndSyncStatus(pqxx::work& tx, const EndedSync& ended);

}  // namespace callimport::job_scheduler

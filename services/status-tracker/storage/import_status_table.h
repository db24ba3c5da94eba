// The SQL of import_status. Every function joins the caller's transaction.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "services/status-tracker/domain/import_status.h"

namespace callimport::status_tracker {

// Keeps what is newer already. At most one status for each job.
void UpsertStatuses(pqxx::transaction_base& tx, const std::vector<ImportStatus>& statuses);

std::optional<ImportStatus> FindStatus(pqxx::transaction_base& tx, const std::string& workspace_id,
                                       const std::string& job_id);

// Jobs that had not ended when last heard of, and were not heard of since the revision.
std::vector<std::string> ActiveJobsBefore(pqxx::transaction_base& tx, int64_t revision);

void DeleteStatuses(pqxx::transaction_base& tx, const std::vector<std::string>& job_ids);
void DeleteEndedStatuses(pqxx::transaction_base& tx, std::chrono::seconds age);

}  // namespace callimport::status_tracker

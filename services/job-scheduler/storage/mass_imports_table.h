// The SQL of mass_imports. Every function joins the caller's transaction.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <set>
#include <string>
#include <vector>

#include "services/job-scheduler/domain/mass_import.h"

namespace callimport::job_scheduler {

// False when the workspace has one that has not ended, or has used this request id.
bool InsertMassImport(pqxx::work& tx, const MassImport& import);

std::optional<MassImport> FindMassImport(pqxx::work& tx, const std::string& workspace_id,
                                         const std::string& mass_import_id);
std::optional<MassImport> FindRequestedMassImport(pqxx::work& tx, const std::string& workspace_id,
                                                  const std::string& request_id);
// Nobody else changes it until the end of the transaction.
std::optional<MassImport> LockMassImport(pqxx::work& tx, const std::string& workspace_id,
                                         const std::string& mass_import_id);
// Those that have not ended.
std::vector<MassImport> ListOpenMassImports(pqxx::work& tx);
// Their jobs, as far as they have one.
std::set<std::string> FindOpenImportJobs(pqxx::work& tx);

// Its job, its steps, and whether it was given up or reset.
void SaveMassImport(pqxx::work& tx, const MassImport& import);

// What deleting the batch of a job would take away: calls that this job was the first to meet and
// that no other job of the workspace met since.
struct BatchSize {
  int64_t calls = 0;
  // Of the calls.
  int64_t engagements = 0;
  int64_t recordings = 0;
  int64_t transcripts = 0;
  int64_t other_records = 0;

  bool operator==(const BatchSize&) const = default;
};
BatchSize MeasureBatch(pqxx::work& tx, const MassImport& import);
// Deletes it, and notes the calls of which something is left elsewhere. Returns how many these are.
int64_t DeleteBatch(pqxx::work& tx, const MassImport& import, Timestamp now);

// Whoever begins or ends a reset of the workspace does so alone.
void LockResets(pqxx::work& tx, const std::string& workspace_id);
// Whether any job of the workspace has not ended.
bool HasOpenJobs(pqxx::work& tx, const std::string& workspace_id);

}  // namespace callimport::job_scheduler

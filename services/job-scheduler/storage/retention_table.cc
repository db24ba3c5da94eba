#include "services/job-scheduler/storage/retention_table.h"

#include "libs/postgres/values.h"

namespace callimport::job_scheduler {
namespace {

// With fewer ended jobs than are to be kept the comparison is with NULL, and nothing is old.
constexpr char kOld[] = R"sql(
  finished_at < $1
  AND finished_at < CASE WHEN state = 'COMPLETED' THEN (
      SELECT finished_at FROM import_jobs
      WHERE finished_at IS NOT NULL AND state = 'COMPLETED'
      ORDER BY finished_at DESC OFFSET $2 - 1 LIMIT 1)
    ELSE (
      SELECT finished_at FROM import_jobs
      WHERE finished_at IS NOT NULL AND state <> 'COMPLETED'
      ORDER BY finished_at DESC OFFSET $3 - 1 LIMIT 1)
    END)sql";

constexpr char kLockUncleaned[] = " AND NOT calls_cleaned";

// The vault is to hear of the job's end first.
constexpr char kLockDeletable[] =
    " AND calls_cleaned AND (credential_id = '' OR credential_released)";

constexpr char kLockEmptySyncs[] = R"sql(
  SELECT job_id FROM import_jobs
  WHERE finished_at < $1 AND job_type IN ('SYNC', 'RECONCILIATION') AND state = 'COMPLETED'
    AND listed_calls = duplicate_calls AND (credential_id = '' OR credential_released)
    AND NOT EXISTS (
      SELECT FROM import_sync_configs AS source
      WHERE source.workspace_id = import_jobs.workspace_id
        AND source.credential_id = import_jobs.credential_id::uuid
        AND source.last_sync_job_id = import_jobs.job_id)
  ORDER BY finished_at, job_id LIMIT $2 FOR UPDATE SKIP LOCKED)sql";

constexpr char kForget[] = "UPDATE import_jobs SET calls_forgotten = true WHERE job_id = $1";

constexpr char kClean[] = "UPDATE import_jobs SET calls_cleaned = true WHERE job_id = $1";

constexpr char kDeleteMet[] = R"sql(
  DELETE FROM job_calls WHERE ctid = ANY (ARRAY (
    SELECT ctid FROM job_calls WHERE job_id = $1 LIMIT $2)))sql";

constexpr char kDeleteMetRecords[] = R"sql(
  DELETE FROM job_records WHERE ctid = ANY (ARRAY (
    SELECT ctid FROM job_records WHERE job_id = $1 LIMIT $2)))sql";

constexpr char kDeleteWarnings[] = "DELETE FROM import_warnings WHERE job_id = $1";

constexpr char kDeleteTakenOver[] = "DELETE FROM taken_over_calls WHERE job_id = $1";

constexpr char kDeleteCheckpoint[] = "DELETE FROM checkpoints WHERE job_id = $1";

constexpr char kDeleteJob[] = "DELETE FROM import_jobs WHERE job_id = $1";

std::vector<std::string> LockOld(pqxx::work& tx, const char* condition, Timestamp ended_before,
                                 const Retention& retention, int limit) {
  const std::string sql = std::string("SELECT job_id FROM import_jobs WHERE ") + kOld + condition +
                          " ORDER BY finished_at, job_id LIMIT $4 FOR UPDATE SKIP LOCKED";
  std::vector<std::string> job_ids;
  for (const pqxx::row& row :
       tx.exec_params(sql, postgres::ToSql(ended_before), retention.least_completed,
                      retention.least_failed, limit)) {
    job_ids.push_back(row[0].as<std::string>());
  }
  return job_ids;
}

}  // namespace

std::vector<std::string> LockJobsWithOldCalls(pqxx::work& tx, Timestamp ended_before,
                                              const Retention& retention, int limit) {
  return LockOld(tx, kLockUncleaned, ended_before, retention, limit);
}

std::vector<std::string> LockOldJobs(pqxx::work& tx, Timestamp ended_before,
                                     const Retention& retention, int limit) {
  return LockOld(tx, kLockDeletable, ended_before, retention, limit);
}

std::vector<std::string> LockEmptySyncs(pqxx::work& tx, Timestamp ended_before, int limit) {
  std::vector<std::string> job_ids;
  for (const pqxx::row& row :
       tx.exec_params(kLockEmptySyncs, postgres::ToSql(ended_before), limit)) {
    job_ids.push_back(row[0].as<std::string>());
  }
  return job_ids;
}

void MarkCallsForgotten(pqxx::work& tx, const std::string& job_id) {
  tx.exec_params(kForget, job_id);
}

void MarkCallsCleaned(pqxx::work& tx, const std::string& job_id) { tx.exec_params(kClean, job_id); }

int64_t DeleteMetCalls(pqxx::work& tx, const std::string& job_id, int limit) {
  const auto calls = static_cast<int>(tx.exec_params(kDeleteMet, job_id, limit).affected_rows());
  if (calls == limit) return calls;
  return calls + static_cast<int64_t>(
                     tx.exec_params(kDeleteMetRecords, job_id, limit - calls).affected_rows());
}

void DeleteJob(pqxx::work& tx, const std::string& job_id) {
  tx.exec_params(kDeleteWarnings, job_id);
  tx.exec_params(kDeleteTakenOver, job_id);
  tx.exec_params(kDeleteCheckpoint, job_id);
  tx.exec_params(kDeleteJob, job_id);
}

}  // namespace callimport::job_scheduler

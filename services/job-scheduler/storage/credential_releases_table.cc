#include "services/job-scheduler/storage/credential_releases_table.h"

#include "libs/postgres/values.h"

namespace callimport::job_scheduler {
namespace {

// The condition is that of the index.
constexpr char kListUntold[] = R"sql(
  SELECT job_id, workspace_id, credential_id, finished_at FROM import_jobs
  WHERE credential_id <> '' AND (finished_at IS NOT NULL) <> credential_released
    AND ($1::uuid IS NULL OR job_id > $1)
  ORDER BY job_id LIMIT $2)sql";

constexpr char kMarkReleased[] = R"sql(
  UPDATE import_jobs SET credential_released = true
  WHERE job_id = $1 AND (finished_at = $2 OR finished_at IS NULL))sql";

constexpr char kMarkRetained[] = R"sql(
  UPDATE import_jobs SET credential_released = false
  WHERE job_id = $1 AND finished_at IS NULL)sql";

constexpr char kTellReleaseAgain[] = R"sql(
  UPDATE import_jobs SET credential_released = false
  WHERE job_id = $1 AND finished_at IS NOT NULL)sql";

constexpr char kTellRetainAgain[] =
    "UPDATE import_jobs SET credential_released = true WHERE job_id = $1 AND credential_id <> ''";

}  // namespace

std::vector<CredentialUse> ListUntold(pqxx::work& tx, const std::string& after_job_id, int limit) {
  const std::optional<std::string> after =
      after_job_id.empty() ? std::nullopt : std::optional(after_job_id);
  std::vector<CredentialUse> uses;
  for (const pqxx::row& row : tx.exec_params(kListUntold, after, limit)) {
    uses.push_back({.job_id = row["job_id"].as<std::string>(),
                    .workspace_id = row["workspace_id"].as<std::string>(),
                    .credential_id = row["credential_id"].as<std::string>(),
                    .ended_at = postgres::NullableTime(row["finished_at"])});
  }
  return uses;
}

void MarkReleased(pqxx::work& tx, const std::string& job_id, Timestamp ended_at) {
  tx.exec_params(kMarkReleased, job_id, postgres::ToSql(ended_at));
}

void MarkRetained(pqxx::work& tx, const std::string& job_id) {
  tx.exec_params(kMarkRetained, job_id);
}

void TellReleaseAgain(pqxx::work& tx, const std::string& job_id) {
  tx.exec_params(kTellReleaseAgain, job_id);
}

void TellRetainAgain(pqxx::work& tx, const std::string& job_id) {
  tx.exec_params(kTellRetainAgain, job_id);
}

}  // namespace callimport::job_scheduler

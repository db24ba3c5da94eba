#include "services/job-scheduler/storage/import_paces_table.h"

#include "libs/postgres/values.h"

namespace callimport::job_scheduler {
namespace {

// Small ones tell how long starting takes, not how fast calls are imported.
constexpr char kFindEnded[] = R"sql(
  SELECT workspace_id, completed_calls + failed_calls AS calls, started_at, finished_at,
         work_class = 'BULK' AND NOT run_now AS waited_for_window
  FROM (SELECT workspace_id, completed_calls, failed_calls, started_at, finished_at, work_class,
               run_now
        FROM import_jobs
        WHERE platform = $1 AND finished_at IS NOT NULL
        ORDER BY finished_at DESC LIMIT 300) AS ended
  WHERE completed_calls >= 20 AND started_at < finished_at
  ORDER BY finished_at DESC LIMIT 30)sql";

constexpr char kCountBefore[] = R"sql(
  SELECT coalesce(sum(greatest(0, coalesce(total_calls, listed_calls) - duplicate_calls
                                  - completed_calls - failed_calls - skipped_calls)), 0)::bigint
  FROM import_jobs
  WHERE credential_id = $1 AND finished_at IS NULL
    AND state NOT IN ('PAUSED', 'CANCELLING'))sql";

}  // namespace

std::vector<EndedImport> FindEndedImports(pqxx::work& tx, const std::string& platform) {
  std::vector<EndedImport> ended;
  for (const pqxx::row& row : tx.exec_params(kFindEnded, platform)) {
    ended.push_back({.workspace_id = row["workspace_id"].as<std::string>(),
                     .calls = row["calls"].as<int64_t>(),
                     .started_at = postgres::TimeFromSql(row["started_at"]),
                     .ended_at = postgres::TimeFromSql(row["finished_at"]),
                     .waited_for_window = row["waited_for_window"].as<bool>()});
  }
  return ended;
}

int64_t CountCallsBefore(pqxx::work& tx, const std::string& credential_id) {
  return tx.exec_params1(kCountBefore, credential_id)[0].as<int64_t>();
}

}  // namespace callimport::job_scheduler

#include "services/job-scheduler/storage/source_work_table.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kSums[] = R"sql(
  SELECT count(*) AS jobs, coalesce(sum(completed_calls), 0)::bigint AS calls
  FROM import_jobs WHERE credential_id = $2::text AND workspace_id = $1)sql";

constexpr char kRunning[] = R"sql(
  SELECT job_id, listed_calls - completed_calls - failed_calls - skipped_calls - duplicate_calls
           AS unfinished
  FROM import_jobs
  WHERE credential_id = $2::text AND workspace_id = $1 AND finished_at IS NULL
  ORDER BY job_id)sql";

}  // namespace

SourceWork FindSourceWork(pqxx::work& tx, const SourceKey& key) {
  SourceWork work;
  const pqxx::row sums = tx.exec_params1(kSums, key.workspace_id, key.credential_id);
  work.jobs = sums["jobs"].as<int64_t>();
  work.calls = sums["calls"].as<int64_t>();
  for (const pqxx::row& row : tx.exec_params(kRunning, key.workspace_id, key.credential_id)) {
    work.running_job_ids.push_back(row["job_id"].as<std::string>());
    work.unfinished_calls += row["unfinished"].as<int64_t>();
  }
  return work;
}

}  // namespace callimport::job_scheduler

#include "services/job-scheduler/storage/heirs_table.h"

#include <optional>

#include "libs/postgres/values.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kBeginPage[] = "SELECT pg_advisory_xact_lock_shared(7103003, hashtext($1))";
constexpr char kAwaitPages[] = "SELECT pg_advisory_xact_lock(7103003, hashtext($1))";

constexpr char kFindToHandOver[] = R"sql(
  SELECT job_id, workspace_id FROM import_jobs
  WHERE state = 'CANCELLED' AND NOT handed_over ORDER BY job_id LIMIT $1)sql";

constexpr char kMark[] = "UPDATE import_jobs SET handed_over = true WHERE job_id = $1";

constexpr char kFindSkipped[] = R"sql(
  SELECT DISTINCT ON (met.call_id) met.call_id, heir.job_id
  FROM job_calls AS met
    JOIN imported_calls AS call ON call.call_id = met.call_id
    JOIN job_calls AS theirs ON theirs.call_id = met.call_id
    JOIN import_jobs AS heir ON heir.job_id = theirs.job_id
  WHERE met.job_id = $1 AND ($2::uuid IS NULL OR met.call_id > $2)
    AND call.job_id = $1 AND call.state = 'SKIPPED' AND theirs.relation = 'DUPLICATE'
    AND heir.state NOT IN ('CANCELLING', 'CANCELLED') AND NOT heir.calls_forgotten
  ORDER BY met.call_id, heir.finished_at IS NOT NULL, heir.job_id
  LIMIT $3)sql";

constexpr char kFindTakenOver[] = R"sql(
  SELECT DISTINCT ON (met.call_id) met.call_id, before.job_id
  FROM job_calls AS met
    JOIN taken_over_calls AS taken ON taken.call_id = met.call_id
    JOIN imported_calls AS call ON call.call_id = met.call_id
    JOIN import_jobs AS before ON before.job_id = taken.job_id
  WHERE met.job_id = $1 AND ($2::uuid IS NULL OR met.call_id > $2)
    AND call.job_id = $1 AND call.state IN ('SKIPPED', 'FAILED')
    AND before.state NOT IN ('CANCELLING', 'CANCELLED') AND NOT before.calls_forgotten
  ORDER BY met.call_id, before.job_id DESC
  LIMIT $3)sql";

constexpr char kLink[] = R"sql(
  UPDATE job_calls AS theirs SET relation = 'ADOPTED', record = met.record
  FROM job_calls AS met
  WHERE met.job_id = $1 AND met.call_id = theirs.call_id
    AND theirs.job_id = $2 AND theirs.call_id = ANY ($3::uuid[])
    AND theirs.relation = 'DUPLICATE')sql";

constexpr char kKeepRecords[] = R"sql(
  UPDATE job_calls AS theirs SET record = met.record
  FROM job_calls AS met
  WHERE met.job_id = $1 AND met.call_id = theirs.call_id AND met.record IS NOT NULL
    AND theirs.job_id = $2 AND theirs.call_id = ANY ($3::uuid[]))sql";

LeftCalls FindLeft(pqxx::work& tx, const char* sql, const std::string& job_id,
                   const std::string& after_call_id, int limit) {
  std::optional<std::string> after;
  if (!after_call_id.empty()) after = after_call_id;
  LeftCalls left;
  const pqxx::result rows = tx.exec_params(sql, job_id, after, limit);
  for (const pqxx::row& row : rows) {
    const auto call_id = row["call_id"].as<std::string>();
    left.of_heir[row["job_id"].as<std::string>()].push_back(call_id);
    if (rows.size() == static_cast<size_t>(limit)) left.last_call_id = call_id;
  }
  return left;
}

}  // namespace

void BeginPage(pqxx::work& tx, const std::string& workspace_id) {
  tx.exec_params(kBeginPage, workspace_id);
}

void AwaitPages(pqxx::work& tx, const std::string& workspace_id) {
  tx.exec_params(kAwaitPages, workspace_id);
}

std::vector<CancelledJob> FindToHandOver(pqxx::work& tx, int limit) {
  std::vector<CancelledJob> jobs;
  for (const pqxx::row& row : tx.exec_params(kFindToHandOver, limit)) {
    jobs.push_back({.job_id = row["job_id"].as<std::string>(),
                    .workspace_id = row["workspace_id"].as<std::string>()});
  }
  return jobs;
}

void MarkHandedOver(pqxx::work& tx, const std::string& job_id) { tx.exec_params(kMark, job_id); }

LeftCalls FindSkipped(pqxx::work& tx, const std::string& job_id, const std::string& after_call_id,
                      int limit) {
  return FindLeft(tx, kFindSkipped, job_id, after_call_id, limit);
}

LeftCalls FindTakenOver(pqxx::work& tx, const std::string& job_id, const std::string& after_call_id,
                        int limit) {
  return FindLeft(tx, kFindTakenOver, job_id, after_call_id, limit);
}

int64_t LinkInherited(pqxx::work& tx, const std::string& job_id, const std::string& heir_job_id,
                      const std::vector<std::string>& call_ids) {
  return static_cast<int64_t>(
      tx.exec_params(kLink, job_id, heir_job_id, postgres::ToArray(call_ids)).affected_rows());
}

void KeepRecords(pqxx::work& tx, const std::string& job_id, const std::string& to_job_id,
                 const std::vector<std::string>& call_ids) {
  tx.exec_params(kKeepRecords, job_id, to_job_id, postgres::ToArray(call_ids));
}

}  // namespace callimport::job_scheduler

#include "services/job-scheduler/storage/import_warnings_table.h"

#include <algorithm>
#include <optional>

#include "libs/common/ids.h"
#include "libs/postgres/values.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kInsert[] = R"sql(
  INSERT INTO import_warnings (job_id, warning_id, source_call_id, reason, message, created_at)
  SELECT $1, warning.id, coalesce(source_call_id, warning.source_id), warning.reason,
         warning.message, $6
  FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $7::uuid[])
    AS warning (id, source_id, reason, message, call_id)
    LEFT JOIN imported_calls USING (call_id)
  ON CONFLICT (job_id, source_call_id, reason, md5(message)) DO NOTHING)sql";

constexpr char kList[] = R"sql(
  SELECT warning_id, coalesce(long_source_id, told.source_call_id) AS source_call_id, reason,
         message, told.created_at
  FROM import_warnings AS told JOIN import_jobs USING (job_id)
    LEFT JOIN imported_calls AS call
      ON call.workspace_id = import_jobs.workspace_id AND call.platform = import_jobs.platform
        AND call.source_call_id = told.source_call_id
  WHERE told.job_id = $1 AND ($2::uuid IS NULL OR warning_id < $2)
  ORDER BY warning_id DESC LIMIT $3)sql";

int64_t Insert(pqxx::work& tx, const std::string& job_id,
               const std::vector<ImportWarning>& warnings, Timestamp now) {
  std::vector<std::string> ids;
  std::vector<std::string> source_ids;
  std::vector<std::string> reasons;
  std::vector<std::string> messages;
  std::vector<std::optional<std::string>> call_ids;
  for (const ImportWarning& warning : warnings) {
    ids.push_back(NewUuid());
    source_ids.push_back(warning.source_call_id);
    reasons.push_back(warning.reason);
    messages.push_back(warning.message);
    call_ids.push_back(postgres::NullWhenEmpty(warning.call_id));
  }
  std::sort(ids.begin(), ids.end());
  return static_cast<int64_t>(
      tx.exec_params(kInsert, job_id, postgres::ToArray(ids), postgres::ToArray(source_ids),
                     postgres::ToArray(reasons), postgres::ToArray(messages), postgres::ToSql(now),
                     postgres::ToArray(call_ids))
          .affected_rows());
}

}  // namespace

void AddWarnings(pqxx::work& tx, ImportJob& job, const std::vector<ImportWarning>& warnings,
                 Timestamp now) {
  if (warnings.empty()) return;
  const bool full = job.progress.warnings() >= kKeptWarnings;
  const int64_t news =
      full ? static_cast<int64_t>(warnings.size()) : Insert(tx, job.job_id, warnings, now);
  Add(job, {.warnings = news});
}

std::vector<ImportWarning> ListWarnings(pqxx::work& tx, const WarningList& list) {
  std::vector<ImportWarning> warnings;
  for (const pqxx::row& row : tx.exec_params(
           kList, list.job_id, postgres::NullWhenEmpty(list.before_warning_id), list.limit)) {
    warnings.push_back({.source_call_id = row["source_call_id"].as<std::string>(),
                        .reason = row["reason"].as<std::string>(),
                        .message = row["message"].as<std::string>(),
                        .warning_id = row["warning_id"].as<std::string>(),
                        .created_at = postgres::TimeFromSql(row["created_at"])});
  }
  return warnings;
}

}  // namespace callimport::job_scheduler

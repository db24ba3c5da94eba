#include "services/job-scheduler/storage/effects_table.h"

#include "libs/postgres/values.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kCountRows[] = R"sql(
  SELECT count(*) FILTER (WHERE relation <> 'DUPLICATE') AS linked,
         count(*) FILTER (WHERE relation = 'DUPLICATE') AS duplicates,
         count(*) FILTER (WHERE relation = 'DUPLICATE' AND state = 'SKIPPED') AS abandoned,
         count(*) FILTER (WHERE relation <> 'DUPLICATE' AND call.call_id IS NULL) AS missing,
         count(*) FILTER (WHERE call.job_id = $1 AND available_at IS NOT NULL) AS open,
         count(*) FILTER (WHERE call.job_id = $1 AND state = 'COMPLETED') AS completed,
         count(*) FILTER (WHERE call.job_id = $1 AND state = 'FAILED') AS failed,
         count(*) FILTER (WHERE call.job_id = $1 AND state = 'SKIPPED') AS skipped,
         count(*) FILTER (WHERE call.job_id = $1 AND state = 'COMPLETED'
                            AND coalesce(engagement_id, '') = '') AS without_engagement
  FROM job_calls LEFT JOIN imported_calls AS call USING (call_id)
  WHERE job_calls.job_id = $1)sql";

constexpr char kFindShared[] = R"sql(
  SELECT call_id FROM (
    SELECT call_id, row_number() OVER (PARTITION BY engagement_id ORDER BY call_id) AS place
    FROM job_calls JOIN imported_calls USING (job_id, call_id)
    WHERE job_id = $1 AND engagement_id <> '') AS own
  WHERE place > 1)sql";

constexpr char kFindAbandoned[] = R"sql(
  SELECT call_id FROM job_calls JOIN imported_calls USING (call_id)
  WHERE job_calls.job_id = $1 AND relation = 'DUPLICATE' AND state = 'SKIPPED'
  ORDER BY call_id LIMIT $2)sql";

constexpr char kFindMissing[] = R"sql(
  SELECT call_id FROM job_calls
  WHERE job_id = $1 AND relation <> 'DUPLICATE'
    AND NOT EXISTS (SELECT FROM imported_calls AS call WHERE call.call_id = job_calls.call_id)
  ORDER BY call_id LIMIT $2)sql";

constexpr char kKeptEvents[] = "SELECT body FROM job_events WHERE subject = $1 ORDER BY revision";

constexpr char kSumCharges[] = R"sql(
  SELECT coalesce(sum(free_held + charged_calls), 0)::bigint FROM import_jobs
  WHERE workspace_id = $1 AND charge_month = $2)sql";

constexpr char kForgotten[] = "SELECT calls_forgotten FROM import_jobs WHERE job_id = $1";

std::vector<std::string> FirstColumn(const pqxx::result& rows) {
  std::vector<std::string> values;
  for (const pqxx::row& row : rows) values.push_back(row[0].as<std::string>());
  return values;
}

}  // namespace

CallRows CountCallRows(pqxx::work& tx, const std::string& job_id) {
  const pqxx::row row = tx.exec_params1(kCountRows, job_id);
  return {.linked = row["linked"].as<int64_t>(),
          .duplicates = row["duplicates"].as<int64_t>(),
          .abandoned_duplicates = row["abandoned"].as<int64_t>(),
          .missing = row["missing"].as<int64_t>(),
          .open = row["open"].as<int64_t>(),
          .completed = row["completed"].as<int64_t>(),
          .failed = row["failed"].as<int64_t>(),
          .skipped = row["skipped"].as<int64_t>(),
          .without_engagement = row["without_engagement"].as<int64_t>()};
}

std::vector<std::string> FindSharedEngagements(pqxx::work& tx, const std::string& job_id) {
  return FirstColumn(tx.exec_params(kFindShared, job_id));
}

std::vector<std::string> FindAbandonedDuplicates(pqxx::work& tx, const std::string& job_id,
                                                 int limit) {
  return FirstColumn(tx.exec_params(kFindAbandoned, job_id, limit));
}

std::vector<std::string> FindMissingCalls(pqxx::work& tx, const std::string& job_id, int limit) {
  return FirstColumn(tx.exec_params(kFindMissing, job_id, limit));
}

std::vector<common::v1::JobStatus> KeptEvents(pqxx::work& tx, const std::string& job_id) {
  std::vector<common::v1::JobStatus> events;
  for (const pqxx::row& row : tx.exec_params(kKeptEvents, job_id)) {
    events.emplace_back().ParseFromString(postgres::FromBytea(row["body"]));
  }
  return events;
}

int64_t SumCharges(pqxx::work& tx, const std::string& workspace_id, const std::string& month) {
  return tx.exec_params1(kSumCharges, workspace_id, month)[0].as<int64_t>();
}

bool CallsForgotten(pqxx::work& tx, const std::string& job_id) {
  return tx.exec_params1(kForgotten, job_id)[0].as<bool>();
}

}  // namespace callimport::job_scheduler

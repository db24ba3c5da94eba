#include "services/job-scheduler/storage/job_plans_table.h"

#include "libs/postgres/values.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kLease[] = R"sql(
  UPDATE import_jobs
  SET planned_by = $1, planned_until = $2, plan_number = plan_number + 1
  WHERE job_id = ANY (ARRAY (
    SELECT job_id FROM import_jobs
    WHERE finished_at IS NULL AND NOT listing_done AND NOT listing_refused
      AND state IN ('PENDING', 'COUNTING', 'IN_PROGRESS') AND plan_after <= $3
      AND (planned_until IS NULL OR planned_until <= $3)
    ORDER BY plan_after, job_id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED))
  RETURNING job_id, plan_number, plan_failures)sql";

constexpr char kRenew[] = R"sql(
  UPDATE import_jobs SET planned_until = $3
  FROM unnest($1::uuid[], $2::bigint[]) AS held (job_id, plan_number)
  WHERE import_jobs.job_id = held.job_id AND import_jobs.plan_number = held.plan_number
    AND planned_until IS NOT NULL)sql";

constexpr char kHolds[] = R"sql(
  SELECT FROM import_jobs
  WHERE job_id = $1 AND plan_number = $2 AND planned_until IS NOT NULL)sql";

constexpr char kReturn[] = R"sql(
  UPDATE import_jobs
  SET planned_by = NULL, planned_until = NULL, plan_after = $3, plan_failures = $4
  WHERE job_id = $1 AND plan_number = $2 AND planned_until IS NOT NULL)sql";

constexpr char kForgetFailures[] =
    "UPDATE import_jobs SET plan_failures = 0 WHERE job_id = $1 AND plan_failures > 0";

constexpr char kPlanAgain[] =
    "UPDATE import_jobs SET plan_after = $2, plan_failures = 0 WHERE job_id = $1";

constexpr char kFindCheckpoint[] =
    "SELECT cursor, cursor_expires_at FROM checkpoints WHERE job_id = $1";

constexpr char kSaveCheckpoint[] = R"sql(
  INSERT INTO checkpoints (job_id, cursor, cursor_expires_at) VALUES ($1, $2, $3)
  ON CONFLICT (job_id) DO UPDATE
  SET cursor = excluded.cursor, cursor_expires_at = excluded.cursor_expires_at,
      updated_at = now())sql";

}  // namespace

std::optional<PlanLease> LeasePlan(pqxx::work& tx, const std::string& planner, Timestamp now,
                                   Timestamp until) {
  const pqxx::result leased =
      tx.exec_params(kLease, planner, postgres::ToSql(until), postgres::ToSql(now));
  if (leased.empty()) return std::nullopt;
  return PlanLease{.job_id = leased[0]["job_id"].as<std::string>(),
                   .number = leased[0]["plan_number"].as<int64_t>(),
                   .failures = leased[0]["plan_failures"].as<int>()};
}

void RenewPlans(pqxx::work& tx, const std::vector<PlanLease>& leases, Timestamp until) {
  std::vector<std::string> job_ids;
  std::vector<int64_t> numbers;
  for (const PlanLease& lease : leases) {
    job_ids.push_back(lease.job_id);
    numbers.push_back(lease.number);
  }
  tx.exec_params(kRenew, postgres::ToArray(job_ids), postgres::ToArray(numbers),
                 postgres::ToSql(until));
}

bool HoldsPlan(pqxx::work& tx, const PlanLease& lease) {
  return !tx.exec_params(kHolds, lease.job_id, lease.number).empty();
}

void ReturnPlan(pqxx::work& tx, const PlanLease& lease, Timestamp after, int failures) {
  tx.exec_params(kReturn, lease.job_id, lease.number, postgres::ToSql(after), failures);
}

void ForgetPlanFailures(pqxx::work& tx, const std::string& job_id) {
  tx.exec_params(kForgetFailures, job_id);
}

void PlanAgain(pqxx::work& tx, const std::string& job_id, Timestamp now) {
  tx.exec_params(kPlanAgain, job_id, postgres::ToSql(now));
}

Checkpoint FindCheckpoint(pqxx::work& tx, const std::string& job_id) {
  const pqxx::result found = tx.exec_params(kFindCheckpoint, job_id);
  if (found.empty()) return {};
  Checkpoint checkpoint{.cursor = found[0]["cursor"].as<std::string>(),
                        .cursor_expires_at = std::nullopt};
  if (!found[0]["cursor_expires_at"].is_null()) {
    checkpoint.cursor_expires_at = postgres::TimeFromSql(found[0]["cursor_expires_at"]);
  }
  return checkpoint;
}

void SaveCheckpoint(pqxx::work& tx, const std::string& job_id, const Checkpoint& checkpoint) {
  std::optional<std::string> expires_at;
  if (checkpoint.cursor_expires_at) expires_at = postgres::ToSql(*checkpoint.cursor_expires_at);
  tx.exec_params(kSaveCheckpoint, job_id, checkpoint.cursor, expires_at);
}

}  // namespace callimport::job_scheduler

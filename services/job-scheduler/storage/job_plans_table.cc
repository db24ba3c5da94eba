#include "services/job-scheduler/storage/job_plans_table.h"

#include "absl/strings/str_cat.h"
#include "libs/postgres/values.h"
#include "services/job-scheduler/storage/index_order.h"

namespace callimport::job_scheduler {
namespace {

// Places are given one at a time.
constexpr char kLockPlaces[] = "SELECT pg_advisory_xact_lock(7103002)";

constexpr char kLists[] = "NOT other.listing_done AND NOT other.listing_refused";

// And is not put off for long, as the source cannot be listed.
constexpr char kListsNow[] = R"sql(
  NOT other.listing_done AND NOT other.listing_refused
  AND (other.plan_failures = 0 OR other.plan_after <= $1::timestamptz + interval '1 minute'))sql";

// A BULK job takes a place of its workspace, and of its credential, while it lists or has calls due
// or in work. One whose calls all wait for a later try gives its place up; one whose source is down
// that of its workspace, for other sources.
std::string TakesPlace(const char* lists) {
  return absl::StrCat(R"sql(
  other.work_class = 'BULK' AND NOT other.run_now AND other.job_type <> 'UPLOAD'
  AND other.finished_at IS NULL
  AND (other.state IN ('COUNTING', 'IN_PROGRESS')
       OR (other.state = 'PENDING' AND other.planned_until > $1))
  AND (()sql",
                      lists, R"sql()
       OR EXISTS (SELECT FROM imported_calls
                  WHERE imported_calls.job_id = other.job_id AND available_at IS NOT NULL
                    AND NOT deferred)))sql");
}

// Of a job that has not begun yet. $1: now; $2, $3: the places of a workspace that has no number of
// its own, and of a credential.
std::string HasPlace() {
  return absl::StrCat(R"sql(
  (job.state <> 'PENDING' OR job.work_class <> 'BULK' OR job.run_now
   OR ((SELECT count(*) FROM import_jobs AS other
        WHERE other.workspace_id = job.workspace_id AND other.job_id <> job.job_id
          AND other.state IN ('PENDING', 'COUNTING', 'IN_PROGRESS') AND)sql",
                      TakesPlace(kListsNow), R"sql()
         < coalesce((SELECT max_running_jobs FROM workspaces
                     WHERE workspaces.workspace_id = job.workspace_id), $2)
       AND (SELECT count(*) FROM import_jobs AS other
            WHERE other.credential_id = job.credential_id AND other.job_id <> job.job_id
              AND other.workspace_id = job.workspace_id AND)sql",
                      TakesPlace(kLists), R"sql() < $3)))sql");
}

// A mass import holds the workspace for its own job.
constexpr char kIsNotHeld[] = R"sql(
  (NOT EXISTS (SELECT FROM workspaces
               WHERE workspaces.workspace_id = job.workspace_id AND maintenance_since IS NOT NULL)
   OR EXISTS (SELECT FROM mass_imports
              WHERE mass_imports.workspace_id = job.workspace_id AND maintenance_off_at IS NULL
                AND mass_imports.job_id = job.job_id)))sql";

// The vendor has refused the key, and is not asked with it for a while.
constexpr char kIsNotRefused[] = R"sql(
  NOT EXISTS (SELECT FROM credential_refusals AS refused
              WHERE refused.workspace_id = job.workspace_id
                AND refused.credential_id = job.credential_id AND try_after > $1))sql";

std::string LeaseNext() {
  return absl::StrCat(R"sql(
  UPDATE import_jobs
  SET planned_by = $4, planned_until = $5, plan_number = plan_number + 1
  WHERE job_id = ANY (ARRAY (
    SELECT job_id FROM import_jobs AS job
    WHERE finished_at IS NULL AND NOT listing_done AND NOT listing_refused
      AND state IN ('PENDING', 'COUNTING', 'IN_PROGRESS') AND plan_after <= $1
      AND (planned_until IS NULL OR planned_until <= $1)
      AND )sql",
                      kIsNotHeld, " AND ", kIsNotRefused, " AND ", HasPlace(), R"sql(
    ORDER BY plan_after, job_id LIMIT 1 FOR NO KEY UPDATE OF job SKIP LOCKED))
  RETURNING job_id, plan_number)sql");
}

constexpr char kRenew[] = R"sql(
  UPDATE import_jobs SET planned_until = $3
  FROM unnest($1::uuid[], $2::bigint[]) AS held (job_id, plan_number)
  WHERE import_jobs.job_id = held.job_id AND import_jobs.plan_number = held.plan_number
    AND planned_until IS NOT NULL)sql";

constexpr char kHolds[] = R"sql(
  SELECT FROM import_jobs
  WHERE job_id = $1 AND plan_number = $2 AND planned_until IS NOT NULL)sql";

constexpr char kFindLost[] = R"sql(
  SELECT held.job_id FROM unnest($1::uuid[], $2::bigint[]) AS held (job_id, plan_number)
  WHERE NOT EXISTS (
    SELECT FROM import_jobs AS job
    WHERE job.job_id = held.job_id AND job.plan_number = held.plan_number
      AND planned_until IS NOT NULL AND state IN ('PENDING', 'COUNTING', 'IN_PROGRESS')))sql";

constexpr char kRevoke[] = R"sql(
  UPDATE import_jobs SET planned_by = NULL, planned_until = NULL WHERE job_id = $1)sql";

constexpr char kReturn[] = R"sql(
  UPDATE import_jobs
  SET planned_by = NULL, planned_until = NULL, plan_after = $3,
      plan_failures = coalesce($4, plan_failures)
  WHERE job_id = $1 AND plan_number = $2 AND planned_until IS NOT NULL)sql";

constexpr char kCountFailures[] = "SELECT plan_failures FROM import_jobs WHERE job_id = $1";

constexpr char kForgetFailures[] =
    "UPDATE import_jobs SET plan_failures = 0 WHERE job_id = $1 AND plan_failures > 0";

constexpr char kPlanAgain[] =
    "UPDATE import_jobs SET plan_after = $2, plan_failures = 0 WHERE job_id = $1";

constexpr char kFindCheckpoint[] = R"sql(
  SELECT cursor, cursor_expires_at, window_start, window_end, high_water, max_range_days
  FROM checkpoints WHERE job_id = $1)sql";

constexpr char kSaveCheckpoint[] = R"sql(
  INSERT INTO checkpoints (job_id, cursor, cursor_expires_at, window_start, window_end, high_water)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (job_id) DO UPDATE
  SET cursor = excluded.cursor, cursor_expires_at = excluded.cursor_expires_at,
      window_start = excluded.window_start, window_end = excluded.window_end,
      high_water = excluded.high_water, updated_at = now())sql";

constexpr char kBeginCheckpoint[] = R"sql(
  INSERT INTO checkpoints (job_id, cursor, max_range_days) VALUES ($1, '', $2)
  ON CONFLICT (job_id) DO UPDATE SET max_range_days = excluded.max_range_days)sql";

constexpr char kMoveRangeStart[] = "UPDATE import_jobs SET range_start = $2 WHERE job_id = $1";

struct HeldColumns {
  explicit HeldColumns(const std::vector<PlanLease>& leases) {
    for (const PlanLease& lease : leases) {
      job_ids.push_back(lease.job_id);
      numbers.push_back(lease.number);
    }
  }
  std::vector<std::string> job_ids;
  std::vector<int64_t> numbers;
};

}  // namespace

std::optional<PlanLease> LeasePlan(pqxx::work& tx, const std::string& planner, Timestamp now,
                                   Timestamp until, const JobPlaces& places) {
  TakeRowsInIndexOrder(tx);
  tx.exec(kLockPlaces);
  const pqxx::result leased = tx.exec_params(LeaseNext(), postgres::ToSql(now), places.of_workspace,
                                             places.of_credential, planner, postgres::ToSql(until));
  if (leased.empty()) return std::nullopt;
  return PlanLease{.job_id = leased[0]["job_id"].as<std::string>(),
                   .number = leased[0]["plan_number"].as<int64_t>()};
}

bool HasPlace(pqxx::work& tx, const std::string& job_id, Timestamp now, const JobPlaces& places) {
  return !tx.exec_params("SELECT FROM import_jobs AS job WHERE job_id = $4 AND " + HasPlace(),
                         postgres::ToSql(now), places.of_workspace, places.of_credential, job_id)
              .empty();
}

void RenewPlans(pqxx::work& tx, const std::vector<PlanLease>& leases, Timestamp until) {
  const HeldColumns held(leases);
  tx.exec_params(kRenew, postgres::ToArray(held.job_ids), postgres::ToArray(held.numbers),
                 postgres::ToSql(until));
}

std::vector<std::string> FindLostPlans(pqxx::work& tx, const std::vector<PlanLease>& leases) {
  const HeldColumns held(leases);
  std::vector<std::string> job_ids;
  for (const pqxx::row& row : tx.exec_params(kFindLost, postgres::ToArray(held.job_ids),
                                             postgres::ToArray(held.numbers))) {
    job_ids.push_back(row[0].as<std::string>());
  }
  return job_ids;
}

void RevokePlan(pqxx::work& tx, const std::string& job_id) { tx.exec_params(kRevoke, job_id); }

bool HoldsPlan(pqxx::work& tx, const PlanLease& lease) {
  return !tx.exec_params(kHolds, lease.job_id, lease.number).empty();
}

void ReturnPlan(pqxx::work& tx, const PlanLease& lease, Timestamp after,
                std::optional<int> failures) {
  tx.exec_params(kReturn, lease.job_id, lease.number, postgres::ToSql(after), failures);
}

int CountPlanFailures(pqxx::work& tx, const std::string& job_id) {
  return tx.exec_params1(kCountFailures, job_id)[0].as<int>();
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
  const pqxx::row row = found[0];
  Checkpoint checkpoint;
  checkpoint.cursor = row["cursor"].as<std::string>();
  checkpoint.cursor_expires_at = postgres::NullableTime(row["cursor_expires_at"]);
  if (!row["window_start"].is_null()) {
    checkpoint.part = Window{postgres::TimeFromSql(row["window_start"]),
                             postgres::TimeFromSql(row["window_end"])};
  }
  checkpoint.high_water = postgres::NullableTime(row["high_water"]);
  checkpoint.max_range_days = row["max_range_days"].as<int>();
  return checkpoint;
}

void SaveCheckpoint(pqxx::work& tx, const std::string& job_id, const Checkpoint& checkpoint) {
  std::optional<Timestamp> start;
  std::optional<Timestamp> end;
  if (checkpoint.part) {
    start = checkpoint.part->start;
    end = checkpoint.part->end;
  }
  tx.exec_params(kSaveCheckpoint, job_id, checkpoint.cursor,
                 postgres::ToSql(checkpoint.cursor_expires_at), postgres::ToSql(start),
                 postgres::ToSql(end), postgres::ToSql(checkpoint.high_water));
}

void BeginCheckpoint(pqxx::work& tx, const std::string& job_id, int max_range_days) {
  tx.exec_params(kBeginCheckpoint, job_id, max_range_days);
}

void MoveRangeStart(pqxx::work& tx, const std::string& job_id, Timestamp start) {
  tx.exec_params(kMoveRangeStart, job_id, postgres::ToSql(start));
}

}  // namespace callimport::job_scheduler

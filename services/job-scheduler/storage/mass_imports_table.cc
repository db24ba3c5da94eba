#include "services/job-scheduler/storage/mass_imports_table.h"

#include "absl/strings/str_cat.h"
#include "libs/postgres/values.h"
#include "services/job-scheduler/storage/source_records_table.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kInsert[] = R"sql(
  INSERT INTO mass_imports (mass_import_id, workspace_id, credential_id, request_id, reason,
                            estimated_end, created_by_kind, created_by_name, correlation_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT DO NOTHING)sql";

constexpr char kSelect[] = R"sql(
  SELECT mass_import_id, workspace_id, credential_id, request_id, reason, estimated_end,
         created_by_kind, created_by_name, correlation_id, job_id, given_up, maintenance_on_at,
         webhooks_held_at, import_started_at, import_ended_at, webhooks_released_at,
         maintenance_off_at, reset_at
  FROM mass_imports )sql";

constexpr char kById[] = "WHERE workspace_id = $1 AND mass_import_id = $2";
constexpr char kByRequest[] = "WHERE workspace_id = $1 AND request_id = $2";
constexpr char kLocked[] = "WHERE workspace_id = $1 AND mass_import_id = $2 FOR UPDATE";
constexpr char kOpen[] = "WHERE maintenance_off_at IS NULL ORDER BY mass_import_id";

constexpr char kOpenJobs[] =
    "SELECT job_id FROM mass_imports WHERE maintenance_off_at IS NULL AND job_id IS NOT NULL";

constexpr char kSave[] = R"sql(
  UPDATE mass_imports
  SET job_id = $2, given_up = $3, maintenance_on_at = $4, webhooks_held_at = $5,
      import_started_at = $6, import_ended_at = $7, webhooks_released_at = $8,
      maintenance_off_at = $9, reset_at = $10
  WHERE mass_import_id = $1)sql";

// Whoever else met a call of this job met it as a duplicate.
constexpr char kOwnCalls[] = R"sql(
  SELECT call.call_id, call.state, call.media_stored, call.transcript_ready, call.workspace_id,
         call.platform, coalesce(call.long_source_id, call.source_call_id) AS source_call_id
  FROM job_calls AS met JOIN imported_calls AS call USING (job_id, call_id)
  WHERE met.job_id = $1 AND met.relation = 'NEW'
    AND NOT EXISTS (
      SELECT FROM job_calls AS theirs
      WHERE theirs.call_id = met.call_id AND theirs.relation = 'DUPLICATE'
        AND theirs.job_id <> $1))sql";

std::string Measure() {
  return absl::StrCat(R"sql(
  SELECT count(*) AS calls, count(*) FILTER (WHERE state = 'COMPLETED') AS engagements,
         count(*) FILTER (WHERE media_stored) AS recordings,
         count(*) FILTER (WHERE transcript_ready) AS transcripts
  FROM ()sql",
                      kOwnCalls, ") AS own");
}

// What was never begun has left nothing.
std::string Delete() {
  return absl::StrCat("WITH own AS MATERIALIZED (", kOwnCalls, R"sql(),
    unlinked AS (
      DELETE FROM job_calls WHERE job_id = $1 AND call_id IN (SELECT call_id FROM own)),
    gone AS (
      DELETE FROM imported_calls WHERE call_id IN (SELECT call_id FROM own)
      RETURNING call_id, lease_number),
    noted AS (
      INSERT INTO forgotten_calls (call_id, mass_import_id, workspace_id, platform, source_call_id,
                                   forgotten_at)
      SELECT call_id, $2, workspace_id, platform, source_call_id, $3
      FROM own JOIN gone USING (call_id) WHERE lease_number > 0
      RETURNING call_id)
    SELECT count(*) FROM noted)sql");
}

constexpr char kLockResets[] = "SELECT pg_advisory_xact_lock(7103004, hashtext($1))";

constexpr char kHasOpenJobs[] = R"sql(
  SELECT EXISTS (
    SELECT FROM import_jobs
    WHERE workspace_id = $1
      AND state IN ('PENDING', 'COUNTING', 'IN_PROGRESS', 'PAUSED', 'CANCELLING')))sql";

// In the order of MassStep.
constexpr const char* kStepColumns[kMassSteps] = {"maintenance_on_at",    "webhooks_held_at",
                                                  "import_started_at",    "import_ended_at",
                                                  "webhooks_released_at", "maintenance_off_at"};

MassImport ImportFrom(const pqxx::row& row) {
  MassImport import;
  import.mass_import_id = row["mass_import_id"].as<std::string>();
  import.workspace_id = row["workspace_id"].as<std::string>();
  import.credential_id = row["credential_id"].as<std::string>();
  import.request_id = row["request_id"].as<std::string>();
  import.reason = row["reason"].as<std::string>();
  import.estimated_end = postgres::NullableTime(row["estimated_end"]);
  import.created_by.set_kind(
      static_cast<common::v1::Actor::Kind>(row["created_by_kind"].as<int>()));
  import.created_by.set_name(row["created_by_name"].as<std::string>());
  import.correlation_id = row["correlation_id"].as<std::string>();
  import.job_id = row["job_id"].as<std::string>("");
  import.given_up = row["given_up"].as<bool>();
  for (size_t step = 0; step < kMassSteps; ++step) {
    import.done_at[step] = postgres::NullableTime(row[kStepColumns[step]]);
  }
  import.reset_at = postgres::NullableTime(row["reset_at"]);
  return import;
}

std::optional<MassImport> FirstOf(const pqxx::result& found) {
  if (found.empty()) return std::nullopt;
  return ImportFrom(found[0]);
}

std::string Select(const char* rest) { return std::string(kSelect) + rest; }

}  // namespace

bool InsertMassImport(pqxx::work& tx, const MassImport& import) {
  return tx.exec_params(kInsert, import.mass_import_id, import.workspace_id, import.credential_id,
                        import.request_id, import.reason, postgres::ToSql(import.estimated_end),
                        int{import.created_by.kind()}, import.created_by.name(),
                        import.correlation_id)
             .affected_rows() > 0;
}

std::optional<MassImport> FindMassImport(pqxx::work& tx, const std::string& workspace_id,
                                         const std::string& mass_import_id) {
  return FirstOf(tx.exec_params(Select(kById), workspace_id, mass_import_id));
}

std::optional<MassImport> FindRequestedMassImport(pqxx::work& tx, const std::string& workspace_id,
                                                  const std::string& request_id) {
  return FirstOf(tx.exec_params(Select(kByRequest), workspace_id, request_id));
}

std::optional<MassImport> LockMassImport(pqxx::work& tx, const std::string& workspace_id,
                                         const std::string& mass_import_id) {
  return FirstOf(tx.exec_params(Select(kLocked), workspace_id, mass_import_id));
}

std::vector<MassImport> ListOpenMassImports(pqxx::work& tx) {
  std::vector<MassImport> imports;
  for (const pqxx::row& row : tx.exec(Select(kOpen))) imports.push_back(ImportFrom(row));
  return imports;
}

std::set<std::string> FindOpenImportJobs(pqxx::work& tx) {
  std::set<std::string> job_ids;
  for (const pqxx::row& row : tx.exec(kOpenJobs)) job_ids.insert(row[0].as<std::string>());
  return job_ids;
}

void SaveMassImport(pqxx::work& tx, const MassImport& import) {
  const auto at = [&](MassStep step) { return postgres::ToSql(import.DoneAt(step)); };
  tx.exec_params(kSave, import.mass_import_id, postgres::NullWhenEmpty(import.job_id),
                 import.given_up, at(MassStep::kMaintenanceOn), at(MassStep::kWebhooksHeld),
                 at(MassStep::kImportStarted), at(MassStep::kImportEnded),
                 at(MassStep::kWebhooksReleased), at(MassStep::kMaintenanceOff),
                 postgres::ToSql(import.reset_at));
}

BatchSize MeasureBatch(pqxx::work& tx, const MassImport& import) {
  const pqxx::row row = tx.exec_params1(Measure(), import.job_id);
  return {.calls = row["calls"].as<int64_t>(),
          .engagements = row["engagements"].as<int64_t>(),
          .recordings = row["recordings"].as<int64_t>(),
          .transcripts = row["transcripts"].as<int64_t>(),
          .other_records = CountRecords(tx, import.job_id)};
}

int64_t DeleteBatch(pqxx::work& tx, const MassImport& import, Timestamp now) {
  DeleteRecords(tx, import.job_id);
  return tx.exec_params1(Delete(), import.job_id, import.mass_import_id, postgres::ToSql(now))[0]
      .as<int64_t>();
}

void LockResets(pqxx::work& tx, const std::string& workspace_id) {
  tx.exec_params(kLockResets, workspace_id);
}

bool HasOpenJobs(pqxx::work& tx, const std::string& workspace_id) {
  return tx.exec_params1(kHasOpenJobs, workspace_id)[0].as<bool>();
}

}  // namespace callimport::job_scheduler

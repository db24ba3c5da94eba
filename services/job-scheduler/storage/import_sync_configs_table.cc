#include "services/job-scheduler/storage/import_sync_configs_table.h"

#include <stdexcept>

#include "libs/postgres/values.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kColumns[] = R"sql(
  SELECT workspace_id, credential_id, platform, account_ref, ephemeral, enabled,
         sync_frequency_minutes, mode, health, health_text, probe_failures, next_probe_at,
         running_job_id, next_sync_at, next_reconcile_at, synced_from, synced_until,
         overlap_seconds,
         last_sync_at, last_sync_status, last_sync_calls_imported, last_sync_job_id, note,
         secret_destroyed
  FROM import_sync_configs )sql";

constexpr char kInsert[] = R"sql(
  INSERT INTO import_sync_configs (workspace_id, credential_id, platform, account_ref, ephemeral,
                                   overlap_seconds)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (workspace_id, credential_id) DO NOTHING)sql";

constexpr char kOne[] = "WHERE workspace_id = $1 AND credential_id = $2";
constexpr char kOneLocked[] = "WHERE workspace_id = $1 AND credential_id = $2 FOR UPDATE";
constexpr char kOneIdle[] = "WHERE workspace_id = $1 AND credential_id = $2 FOR UPDATE SKIP LOCKED";

constexpr char kList[] = R"sql(
  WHERE workspace_id = $1 AND ($2::uuid IS NULL OR credential_id > $2)
  ORDER BY credential_id LIMIT $3)sql";

constexpr char kSave[] = R"sql(
  UPDATE import_sync_configs
  SET ephemeral = $3, enabled = $4, sync_frequency_minutes = $5, mode = $6, health = $7,
      health_text = $8, probe_failures = $9, next_probe_at = $10, running_job_id = $11,
      next_sync_at = $12, next_reconcile_at = $13, due_at = $14, synced_until = $15,
      overlap_seconds = $16, last_sync_at = $17, last_sync_status = $18,
      last_sync_calls_imported = $19, last_sync_job_id = $20, note = $21, secret_destroyed = $22,
      account_ref = $23, synced_from = $24, updated_at = now()
  WHERE workspace_id = $1 AND credential_id = $2)sql";

constexpr char kFindDue[] = R"sql(
  SELECT due.workspace_id, due.credential_id
  FROM workspaces
  CROSS JOIN LATERAL (
    SELECT workspace_id, credential_id, due_at FROM import_sync_configs
    WHERE import_sync_configs.workspace_id = workspaces.workspace_id AND due_at <= $1
    ORDER BY due_at LIMIT $2) AS due
  WHERE workspaces.syncs_enabled
  ORDER BY due.due_at LIMIT $2)sql";

constexpr char kFindDueAnywhere[] = R"sql(
  SELECT workspace_id, credential_id FROM import_sync_configs
  WHERE due_at <= $1 AND NOT EXISTS (
    SELECT FROM workspaces
    WHERE workspace_id = import_sync_configs.workspace_id AND NOT syncs_enabled)
  ORDER BY due_at LIMIT $2)sql";

constexpr char kFindEnded[] = R"sql(
  SELECT workspace_id, credential_id FROM import_sync_configs
  WHERE running_job_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM import_jobs
    WHERE job_id = import_sync_configs.running_job_id AND finished_at IS NULL)
  LIMIT $1)sql";

constexpr char kFindProbes[] = R"sql(
  SELECT workspace_id, credential_id FROM import_sync_configs
  WHERE next_probe_at <= $1 AND enabled
  ORDER BY next_probe_at LIMIT $2)sql";

constexpr char kFindDoomed[] = R"sql(
  SELECT workspace_id, credential_id FROM import_sync_configs
  WHERE health = 'DISCONNECTED' AND NOT secret_destroyed AND NOT EXISTS (
    SELECT FROM import_jobs
    WHERE import_jobs.credential_id = import_sync_configs.credential_id::text
      AND import_jobs.workspace_id = import_sync_configs.workspace_id AND finished_at IS NULL)
  LIMIT $1)sql";

constexpr char kFindLive[] =
    "SELECT workspace_id, credential_id FROM import_sync_configs WHERE health <> 'DISCONNECTED'";

constexpr char kCount[] = R"sql(
  SELECT (SELECT count(*) FROM import_sync_configs
          WHERE health = 'OK' AND health <> 'DISCONNECTED'),
         (SELECT count(*) FROM import_sync_configs
          WHERE health = 'UNHEALTHY' AND health <> 'DISCONNECTED'))sql";

std::string NameOf(SyncMode mode) { return mode == SyncMode::kFull ? "FULL" : "INCREMENTAL"; }

SyncMode ModeOf(const std::string& name) {
  return name == "FULL" ? SyncMode::kFull : SyncMode::kIncremental;
}

std::string NameOf(SourceHealth health) {
  switch (health) {
    case SourceHealth::kOk:
      return "OK";
    case SourceHealth::kUnhealthy:
      return "UNHEALTHY";
    case SourceHealth::kDisconnected:
      return "DISCONNECTED";
  }
  throw std::invalid_argument("no such health");
}

SourceHealth HealthOf(const std::string& name) {
  if (name == "OK") return SourceHealth::kOk;
  return name == "UNHEALTHY" ? SourceHealth::kUnhealthy : SourceHealth::kDisconnected;
}

SourceKey KeyFrom(const pqxx::row& row) {
  return {.workspace_id = row["workspace_id"].as<std::string>(),
          .credential_id = row["credential_id"].as<std::string>()};
}

Source SourceFrom(const pqxx::row& row) {
  Source source;
  source.key = KeyFrom(row);
  source.platform = row["platform"].as<std::string>();
  source.account_ref = row["account_ref"].as<std::string>();
  source.ephemeral = row["ephemeral"].as<bool>();
  source.settings = {.enabled = row["enabled"].as<bool>(),
                     .frequency = std::chrono::minutes(row["sync_frequency_minutes"].as<int>()),
                     .mode = ModeOf(row["mode"].as<std::string>())};
  source.health = HealthOf(row["health"].as<std::string>());
  source.health_text = row["health_text"].as<std::string>();
  source.probe_failures = row["probe_failures"].as<int>();
  source.next_probe_at = postgres::NullableTime(row["next_probe_at"]);
  source.running_job_id = row["running_job_id"].as<std::string>("");
  source.next_sync_at = postgres::NullableTime(row["next_sync_at"]);
  source.next_reconcile_at = postgres::NullableTime(row["next_reconcile_at"]);
  source.synced_from = postgres::NullableTime(row["synced_from"]);
  source.synced_until = postgres::NullableTime(row["synced_until"]);
  source.overlap = std::chrono::seconds(row["overlap_seconds"].as<int64_t>());
  source.last_sync_at = postgres::NullableTime(row["last_sync_at"]);
  if (!row["last_sync_status"].is_null()) {
    source.last_sync_state = JobStateOf(row["last_sync_status"].as<std::string>());
  }
  source.last_sync_calls = row["last_sync_calls_imported"].as<int64_t>();
  source.last_sync_job_id = row["last_sync_job_id"].as<std::string>("");
  source.note = row["note"].as<std::string>();
  source.secret_destroyed = row["secret_destroyed"].as<bool>();
  return source;
}

std::optional<Source> FindOne(pqxx::work& tx, const SourceKey& key, const char* which) {
  const pqxx::result found =
      tx.exec_params(std::string(kColumns) + which, key.workspace_id, key.credential_id);
  if (found.empty()) return std::nullopt;
  return SourceFrom(found[0]);
}

std::vector<SourceKey> Keys(const pqxx::result& rows) {
  std::vector<SourceKey> keys;
  for (const pqxx::row& row : rows) keys.push_back(KeyFrom(row));
  return keys;
}

}  // namespace

bool InsertSource(pqxx::work& tx, const Source& source) {
  return tx.exec_params(kInsert, source.key.workspace_id, source.key.credential_id, source.platform,
                        source.account_ref, source.ephemeral, int64_t{source.overlap.count()})
             .affected_rows() > 0;
}

std::optional<Source> FindSource(pqxx::work& tx, const SourceKey& key) {
  return FindOne(tx, key, kOne);
}

std::optional<Source> LockSource(pqxx::work& tx, const SourceKey& key) {
  return FindOne(tx, key, kOneLocked);
}

std::optional<Source> LockIdleSource(pqxx::work& tx, const SourceKey& key) {
  return FindOne(tx, key, kOneIdle);
}

std::vector<Source> ListSources(pqxx::work& tx, const std::string& workspace_id,
                                const std::string& after_credential_id, int limit) {
  std::vector<Source> sources;
  for (const pqxx::row& row : tx.exec_params(std::string(kColumns) + kList, workspace_id,
                                             postgres::NullWhenEmpty(after_credential_id), limit)) {
    sources.push_back(SourceFrom(row));
  }
  return sources;
}

void SaveSource(pqxx::work& tx, const Source& source) {
  std::optional<std::string> last_state;
  if (source.last_sync_state) last_state = NameOf(*source.last_sync_state);
  tx.exec_params(kSave, source.key.workspace_id, source.key.credential_id, source.ephemeral,
                 source.settings.enabled, static_cast<int>(source.settings.frequency.count()),
                 NameOf(source.settings.mode), NameOf(source.health), source.health_text,
                 source.probe_failures, postgres::ToSql(source.next_probe_at),
                 postgres::NullWhenEmpty(source.running_job_id),
                 postgres::ToSql(source.next_sync_at), postgres::ToSql(source.next_reconcile_at),
                 postgres::ToSql(DueAt(source)), postgres::ToSql(source.synced_until),
                 int64_t{source.overlap.count()}, postgres::ToSql(source.last_sync_at), last_state,
                 source.last_sync_calls, postgres::NullWhenEmpty(source.last_sync_job_id),
                 source.note, source.secret_destroyed, source.account_ref,
                 postgres::ToSql(source.synced_from));
}

std::vector<SourceKey> FindDueSources(pqxx::work& tx, Timestamp now, bool on_by_default,
                                      int limit) {
  return Keys(
      tx.exec_params(on_by_default ? kFindDueAnywhere : kFindDue, postgres::ToSql(now), limit));
}

std::vector<SourceKey> FindEndedSyncs(pqxx::work& tx, int limit) {
  return Keys(tx.exec_params(kFindEnded, limit));
}

std::vector<SourceKey> FindDueProbes(pqxx::work& tx, Timestamp now, int limit) {
  return Keys(tx.exec_params(kFindProbes, postgres::ToSql(now), limit));
}

std::vector<SourceKey> FindDoomedSources(pqxx::work& tx, int limit) {
  return Keys(tx.exec_params(kFindDoomed, limit));
}

std::vector<SourceKey> FindLiveSources(pqxx::work& tx) { return Keys(tx.exec(kFindLive)); }

SourceCounts CountSources(pqxx::work& tx) {
  const pqxx::row row = tx.exec1(kCount);
  return {.ok = row[0].as<int64_t>(), .unhealthy = row[1].as<int64_t>()};
}

}  // namespace callimport::job_scheduler

#include "services/job-scheduler/storage/workspaces_table.h"

#include "libs/postgres/values.h"

namespace callimport::job_scheduler {
namespace {

using postgres::Nullable;

constexpr char kFind[] = R"sql(
  SELECT asked.workspace_id, customer_id, time_zone, window_start_hour, window_end_hour,
         bulk_calls_per_window, free_calls_per_month, weight, max_running_jobs, live, syncs_enabled,
         maintenance_since, maintenance_ends_at, maintenance_reason
  FROM unnest($1::text[]) AS asked (workspace_id) LEFT JOIN workspaces USING (workspace_id))sql";

constexpr char kFindOfCustomer[] = "SELECT workspace_id FROM workspaces WHERE customer_id = $1";

constexpr char kIsKnown[] = R"sql(
  SELECT EXISTS (SELECT FROM workspaces WHERE workspace_id = $1)
      OR EXISTS (SELECT FROM import_jobs WHERE workspace_id = $1)
      OR EXISTS (SELECT FROM import_sync_configs WHERE workspace_id = $1))sql";

// One waits here for the other who takes the same customer id.
constexpr char kTakeCustomerId[] = "SELECT pg_advisory_xact_lock(hashtextextended($1, 7103))";

// An empty customer id takes the old one away.
constexpr char kSave[] = R"sql(
  INSERT INTO workspaces AS kept
    (workspace_id, customer_id, time_zone, window_start_hour, window_end_hour,
     bulk_calls_per_window, free_calls_per_month, weight, max_running_jobs, live, syncs_enabled)
  VALUES ($1, nullif($2, ''), $3, $4, $5, $6, $7, $8, $9, $10, $11)
  ON CONFLICT (workspace_id) DO UPDATE
  SET customer_id = CASE WHEN $2 IS NULL THEN kept.customer_id ELSE nullif($2, '') END,
      time_zone = coalesce($3, kept.time_zone),
      window_start_hour = coalesce($4, kept.window_start_hour),
      window_end_hour = coalesce($5, kept.window_end_hour),
      bulk_calls_per_window = coalesce($6, kept.bulk_calls_per_window),
      free_calls_per_month = coalesce($7, kept.free_calls_per_month),
      weight = coalesce($8, kept.weight),
      max_running_jobs = coalesce($9, kept.max_running_jobs),
      live = coalesce($10, kept.live),
      syncs_enabled = coalesce($11, kept.syncs_enabled),
      updated_at = now())sql";

constexpr char kSaveMaintenance[] = R"sql(
  INSERT INTO workspaces (workspace_id, maintenance_since, maintenance_ends_at, maintenance_reason)
  VALUES ($1, $2, $3, $4)
  ON CONFLICT (workspace_id) DO UPDATE
  SET maintenance_since = excluded.maintenance_since,
      maintenance_ends_at = excluded.maintenance_ends_at,
      maintenance_reason = excluded.maintenance_reason, updated_at = now())sql";

template <typename T>
void Read(const pqxx::field& field, T& value) {
  if (!field.is_null()) value = field.as<T>();
}

std::optional<Maintenance> MaintenanceFrom(const pqxx::row& row) {
  const auto since = postgres::NullableTime(row["maintenance_since"]);
  if (!since) return std::nullopt;
  return Maintenance{.since = *since,
                     .ends_at = postgres::NullableTime(row["maintenance_ends_at"]),
                     .reason = Nullable<std::string>(row["maintenance_reason"]).value_or("")};
}

WorkspaceSettings SettingsFrom(const pqxx::row& row, const WorkspaceSettings& defaults) {
  WorkspaceSettings settings = defaults;
  Read(row["workspace_id"], settings.workspace_id);
  Read(row["customer_id"], settings.customer_id);
  Read(row["time_zone"], settings.time_zone);
  Read(row["window_start_hour"], settings.bulk_hours.start);
  Read(row["window_end_hour"], settings.bulk_hours.end);
  Read(row["bulk_calls_per_window"], settings.bulk_calls_per_window);
  Read(row["free_calls_per_month"], settings.free_calls_per_month);
  Read(row["weight"], settings.weight);
  Read(row["max_running_jobs"], settings.max_running_jobs);
  Read(row["live"], settings.live);
  Read(row["syncs_enabled"], settings.syncs_enabled);
  settings.maintenance = MaintenanceFrom(row);
  return settings;
}

}  // namespace

WorkspaceSettings FindWorkspace(pqxx::work& tx, const std::string& workspace_id,
                                const WorkspaceSettings& defaults) {
  return FindWorkspaces(tx, {workspace_id}, defaults).front();
}

std::vector<WorkspaceSettings> FindWorkspaces(pqxx::work& tx,
                                              const std::vector<std::string>& workspace_ids,
                                              const WorkspaceSettings& defaults) {
  std::vector<WorkspaceSettings> found;
  for (const pqxx::row& row : tx.exec_params(kFind, postgres::ToArray(workspace_ids))) {
    found.push_back(SettingsFrom(row, defaults));
  }
  return found;
}

std::string FindWorkspaceOfCustomer(pqxx::work& tx, const std::string& customer_id) {
  const pqxx::result found = tx.exec_params(kFindOfCustomer, customer_id);
  return found.empty() ? std::string() : found[0][0].as<std::string>();
}

bool IsKnownWorkspace(pqxx::work& tx, const std::string& workspace_id) {
  return tx.exec_params1(kIsKnown, workspace_id)[0].as<bool>();
}

bool SaveWorkspace(pqxx::work& tx, const std::string& workspace_id, const WorkspaceChange& change) {
  if (change.customer_id && !change.customer_id->empty()) {
    tx.exec_params(kTakeCustomerId, *change.customer_id);
    const std::string owner = FindWorkspaceOfCustomer(tx, *change.customer_id);
    if (!owner.empty() && owner != workspace_id) return false;
  }
  const std::optional<BulkHours>& hours = change.bulk_hours;
  tx.exec_params(kSave, workspace_id, change.customer_id, change.time_zone,
                 hours ? std::optional(hours->start) : std::nullopt,
                 hours ? std::optional(hours->end) : std::nullopt, change.bulk_calls_per_window,
                 change.free_calls_per_month, change.weight, change.max_running_jobs, change.live,
                 change.syncs_enabled);
  return true;
}

void SaveMaintenance(pqxx::work& tx, const std::string& workspace_id,
                     const std::optional<Maintenance>& maintenance) {
  const auto reason = maintenance ? std::optional(maintenance->reason) : std::nullopt;
  const auto since = maintenance ? std::optional(maintenance->since) : std::nullopt;
  const auto ends_at = maintenance ? maintenance->ends_at : std::nullopt;
  tx.exec_params(kSaveMaintenance, workspace_id, postgres::ToSql(since), postgres::ToSql(ends_at),
                 reason);
}

}  // namespace callimport::job_scheduler

#include "libs/postgres/migrator.h"

#include <pqxx/pqxx>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "libs/telemetry/log.h"

namespace callimport::postgres {
namespace {

constexpr char kLock[] = "SELECT pg_advisory_xact_lock(hashtext($1 || '.schema_migrations'))";

constexpr char kCreateTable[] = R"sql(
  CREATE TABLE IF NOT EXISTS schema_migrations (
    name text PRIMARY KEY,
    digest text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()))sql";

constexpr char kFindDigest[] =
    "SELECT digest = md5($2) AS same FROM schema_migrations WHERE name = $1";

constexpr char kRecord[] = "INSERT INTO schema_migrations (name, digest) VALUES ($1, md5($2))";

absl::Status ApplyOne(pqxx::work& tx, const std::string& schema, const Migration& migration) {
  tx.exec_params(kLock, schema);
  const pqxx::result found = tx.exec_params(kFindDigest, migration.name, migration.sql);
  if (!found.empty()) {
    if (found[0]["same"].as<bool>()) return absl::OkStatus();
    return Error(absl::StatusCode::kFailedPrecondition, "MIGRATION_CHANGED",
                 "migration " + migration.name + " was applied with another text");
  }
  tx.exec(migration.sql);
  tx.exec_params(kRecord, migration.name, migration.sql);
  log::Info("migrated", {{"schema", schema}, {"migration", migration.name}});
  return absl::OkStatus();
}

}  // namespace

absl::Status Migrate(Pool& pool, const std::vector<Migration>& migrations) {
  RETURN_IF_ERROR(Transact(pool, [&](pqxx::work& tx) {
    tx.exec_params(kLock, pool.schema());
    tx.exec(kCreateTable);
  }));
  for (const Migration& migration : migrations) {
    RETURN_IF_ERROR(
        Transact(pool, [&](pqxx::work& tx) { return ApplyOne(tx, pool.schema(), migration); }));
  }
  return absl::OkStatus();
}

}  // namespace callimport::postgres

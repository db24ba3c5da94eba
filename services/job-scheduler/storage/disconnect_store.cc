#include "services/job-scheduler/storage/disconnect_store.h"

#include "libs/common/errors.h"
#include "libs/postgres/transact.h"
#include "libs/telemetry/correlation.h"
#include "services/job-scheduler/storage/audit_table.h"
#include "services/job-scheduler/storage/import_sync_configs_table.h"
#include "services/job-scheduler/storage/source_work_table.h"

namespace callimport::job_scheduler {
namespace {

absl::Status NotFound(const SourceKey& key) {
  return Error(absl::StatusCode::kNotFound, "SOURCE_NOT_FOUND", "no source " + key.credential_id);
}

}  // namespace

absl::StatusOr<SourceWork> DisconnectStore::FindWork(const SourceKey& key) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<SourceWork> {
    if (!FindSource(tx, key)) return NotFound(key);
    return FindSourceWork(tx, key);
  });
}

absl::StatusOr<std::vector<std::string>> DisconnectStore::Disconnect(
    const SourceKey& key, const common::v1::Actor& actor) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<std::vector<std::string>> {
    auto source = LockSource(tx, key);
    if (!source) return NotFound(key);
    std::vector<std::string> running = FindSourceWork(tx, key).running_job_ids;
    if (source->health == SourceHealth::kDisconnected) return running;
    MarkDisconnected(*source, "Disconnected by " + actor.name() + ".");
    SaveSource(tx, *source);
    AppendAudit(tx, {.workspace_id = key.workspace_id,
                     .object_id = key.credential_id,
                     .action = "disconnect",
                     .actor = actor,
                     .correlation_id = CurrentCorrelationId(),
                     .detail = std::to_string(running.size()) + " running jobs"});
    return running;
  });
}

absl::StatusOr<std::vector<SourceKey>> DisconnectStore::FindDoomed(int limit) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return FindDoomedSources(tx, limit); });
}

absl::Status DisconnectStore::MarkDestroyed(const SourceKey& key) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    auto source = LockSource(tx, key);
    if (!source) return;
    source->secret_destroyed = true;
    SaveSource(tx, *source);
  });
}

}  // namespace callimport::job_scheduler

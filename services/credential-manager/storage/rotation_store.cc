#include "services/credential-manager/storage/rotation_store.h"

#include <utility>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "libs/postgres/values.h"
#include "services/credential-manager/storage/audit_table.h"
#include "services/credential-manager/storage/encryption_keys_table.h"

namespace callimport::credential_manager {
namespace {

RotationTarget TargetOf(const KeyRotation& rotation) {
  RotationTarget target{.to_key_id = rotation.to_key_id, .sealed_before = {}};
  if (rotation.reencrypt) target.sealed_before = rotation.started_at;
  return target;
}

int64_t CountLeft(pqxx::work& tx, const KeyRotation& rotation) {
  int64_t left = 0;
  for (const SealedRows* table : AllSealedRows()) left += table->CountLeft(tx, TargetOf(rotation));
  return left;
}

std::string Describe(const KeyRotation& rotation) {
  return (rotation.reencrypt ? "encrypted anew under " : "wrapped anew under ") +
         rotation.to_key_id;
}

AuditContext AsStarter(const KeyRotation& rotation) {
  return {rotation.started_by, rotation.rotation_id};
}

}  // namespace

absl::StatusOr<KeyRotation> RotationStore::Start(const std::string& to_key_id, bool reencrypt,
                                                 const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<KeyRotation> {
    const std::string id = NewUuid();
    if (InsertRotation(tx, id, to_key_id, reencrypt, context.actor)) {
      const KeyRotation started = *FindRotation(tx, id);
      AppendAudit(tx, {"", to_key_id, "rotate-keys", "begun: " + Describe(started)}, context);
      return started;
    }
    const auto running = FindRunningRotation(tx);
    if (running && running->to_key_id == to_key_id && running->reencrypt == reencrypt) {
      return *running;
    }
    return Error(absl::StatusCode::kFailedPrecondition, "ROTATION_RUNNING",
                 "another rotation is running; ask again in a moment");
  });
}

absl::StatusOr<std::optional<KeyRotation>> RotationStore::FindRunning() {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return FindRunningRotation(tx); });
}

absl::StatusOr<RotationStore::Progress> RotationStore::Look(const std::string& rotation_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Progress> {
    // All counts of one moment.
    tx.exec("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    const auto rotation = FindRotation(tx, rotation_id);
    if (!rotation) {
      return Error(absl::StatusCode::kNotFound, "ROTATION_UNKNOWN", "no rotation " + rotation_id);
    }
    Progress progress{.rotation = *rotation,
                      .rows_left = CountLeft(tx, *rotation),
                      .rows_under_keys = {},
                      .counted_at = postgres::TimeFromSql(tx.exec1("SELECT now()")[0])};
    for (const KnownKey& key : ListKnownKeys(tx)) progress.rows_under_keys[key.key_id] = 0;
    for (const SealedRows* table : AllSealedRows()) {
      for (const auto& [key_id, rows] : table->CountByKey(tx)) {
        progress.rows_under_keys[key_id] += rows;
      }
    }
    return progress;
  });
}

absl::StatusOr<std::vector<SealedRow>> RotationStore::ReadLeft(const KeyRotation& rotation,
                                                               const SealedRows& table,
                                                               const std::string& after_id,
                                                               int limit) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    return table.ReadLeft(tx, TargetOf(rotation), after_id, limit);
  });
}

absl::StatusOr<int64_t> RotationStore::SwapWraps(const KeyRotation& rotation,
                                                 const SealedRows& table,
                                                 const std::vector<SealedRow>& read,
                                                 const std::vector<crypto::Envelope>& rewrapped) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<int64_t> {
    RETURN_IF_ERROR(HoldKey(tx, rotation.to_key_id));
    const int64_t swapped = table.SwapWraps(tx, read, rewrapped);
    AddRowsDone(tx, rotation.rotation_id, swapped);
    return swapped;
  });
}

absl::StatusOr<int64_t> RotationStore::Reencrypt(const KeyRotation& rotation,
                                                 const SealedRows& table, const Sealer& sealer,
                                                 const SealedRow& row) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<int64_t> {
    ASSIGN_OR_RETURN(const bool sealed, table.Reencrypt(tx, sealer, row));
    if (sealed) AddRowsDone(tx, rotation.rotation_id, 1);
    return sealed ? 1 : 0;
  });
}

absl::Status RotationStore::Finish(const KeyRotation& rotation, int64_t unreadable) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::Status {
    if (CountLeft(tx, rotation) > unreadable) return absl::OkStatus();
    if (!FinishRotation(tx, rotation.rotation_id, unreadable, false)) return absl::OkStatus();
    AppendAudit(tx,
                {"", rotation.to_key_id, "rotate-keys",
                 "through: " + Describe(rotation) + ", unreadable " + std::to_string(unreadable)},
                AsStarter(rotation));
    return absl::OkStatus();
  });
}

absl::Status RotationStore::Supersede(const KeyRotation& rotation) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::Status {
    if (!FinishRotation(tx, rotation.rotation_id, 0, true)) return absl::OkStatus();
    AppendAudit(tx, {"", rotation.to_key_id, "rotate-keys", "superseded"}, AsStarter(rotation));
    return absl::OkStatus();
  });
}

}  // namespace callimport::credential_manager

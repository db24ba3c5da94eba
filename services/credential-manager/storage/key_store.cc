#include "services/credential-manager/storage/key_store.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/postgres/transact.h"
#include "services/credential-manager/storage/audit_table.h"
#include "services/credential-manager/storage/sealed_rows.h"

namespace callimport::credential_manager {
namespace {

std::map<std::string, int64_t> CountAll(pqxx::work& tx) {
  std::map<std::string, int64_t> counts;
  for (const SealedRows* table : AllSealedRows()) {
    for (const auto& [key_id, rows] : table->CountByKey(tx)) counts[key_id] += rows;
  }
  return counts;
}

KnownKey FindKnown(pqxx::work& tx, const std::string& key_id) {
  const std::vector<KnownKey> keys = ListKnownKeys(tx);
  return *std::ranges::find(keys, key_id, &KnownKey::key_id);
}

}  // namespace

absl::Status KeyStore::Note(const std::vector<std::string>& key_ids) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { NoteKeys(tx, key_ids); });
}

absl::StatusOr<std::set<std::string>> KeyStore::Destroyed() {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return ListDestroyedKeys(tx); });
}

absl::StatusOr<std::map<std::string, int64_t>> KeyStore::AddWraps(
    const std::map<std::string, int64_t>& wraps) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { return credential_manager::AddWraps(tx, wraps); });
}

absl::StatusOr<std::map<std::string, int64_t>> KeyStore::CountRows() {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return CountAll(tx); });
}

absl::StatusOr<std::vector<KeyStore::KeyFacts>> KeyStore::List() {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    std::map<std::string, int64_t> rows = CountAll(tx);
    std::vector<KeyFacts> facts;
    for (KnownKey& key : ListKnownKeys(tx)) {
      const int64_t count = rows[key.key_id];
      rows.erase(key.key_id);
      facts.push_back({.known = std::move(key), .rows = count});
    }
    for (const auto& [key_id, count] : rows) {
      KeyFacts& unknown = facts.emplace_back();
      unknown.known.key_id = key_id;
      unknown.rows = count;
    }
    return facts;
  });
}

absl::StatusOr<Timestamp> KeyStore::Destroy(const std::string& key_id,
                                            const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Timestamp> {
    // Whoever seals with the key holds it, so what is counted next is all there ever will be.
    if (!LockKey(tx, key_id)) {
      return Error(absl::StatusCode::kNotFound, "KEY_UNKNOWN", "there is no key " + key_id);
    }
    const KnownKey before = FindKnown(tx, key_id);
    if (before.destroyed_at) return *before.destroyed_at;
    if (const int64_t rows = CountAll(tx)[key_id]; rows > 0) {
      return Error(absl::StatusCode::kFailedPrecondition, "KEY_IN_USE",
                   std::to_string(rows) + " sealed rows name the key " + key_id);
    }
    MarkKeyDestroyed(tx, key_id, context.actor);
    const Timestamp destroyed_at = *FindKnown(tx, key_id).destroyed_at;
    AppendAudit(tx, {"", key_id, "destroy-key", "zero rows"}, context);
    return destroyed_at;
  });
}

}  // namespace callimport::credential_manager

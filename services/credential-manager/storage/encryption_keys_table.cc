#include "services/credential-manager/storage/encryption_keys_table.h"

#include "libs/common/errors.h"
#include "libs/postgres/values.h"

namespace callimport::credential_manager {
namespace {

constexpr char kNote[] = R"sql(
  INSERT INTO encryption_keys (key_id) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING)sql";

constexpr char kList[] = R"sql(
  SELECT key_id, first_seen_at, wraps, destroyed_at, destroyed_by FROM encryption_keys
  ORDER BY first_seen_at, key_id)sql";

constexpr char kListDestroyed[] =
    "SELECT key_id FROM encryption_keys WHERE destroyed_at IS NOT NULL";

constexpr char kAddWraps[] = R"sql(
  UPDATE encryption_keys k SET wraps = k.wraps + n.wraps
  FROM unnest($1::text[], $2::bigint[]) AS n (key_id, wraps) WHERE k.key_id = n.key_id
  RETURNING k.key_id, k.wraps)sql";

constexpr char kHold[] = R"sql(
  SELECT destroyed_at IS NOT NULL AS destroyed FROM encryption_keys
  WHERE key_id = $1 FOR SHARE)sql";

constexpr char kLock[] = "SELECT FROM encryption_keys WHERE key_id = $1 FOR UPDATE";

constexpr char kMarkDestroyed[] = R"sql(
  UPDATE encryption_keys SET destroyed_at = now(), destroyed_by = $2
  WHERE key_id = $1 AND destroyed_at IS NULL)sql";

}  // namespace

void NoteKeys(pqxx::work& tx, const std::vector<std::string>& key_ids) {
  tx.exec_params(kNote, postgres::ToArray(key_ids));
}

std::vector<KnownKey> ListKnownKeys(pqxx::work& tx) {
  std::vector<KnownKey> keys;
  for (const pqxx::row& row : tx.exec(kList)) {
    KnownKey& key = keys.emplace_back();
    key.key_id = row["key_id"].as<std::string>();
    key.first_seen_at = postgres::TimeFromSql(row["first_seen_at"]);
    key.wraps = row["wraps"].as<int64_t>();
    key.destroyed_by = row["destroyed_by"].as<std::string>();
    if (!row["destroyed_at"].is_null()) {
      key.destroyed_at = postgres::TimeFromSql(row["destroyed_at"]);
    }
  }
  return keys;
}

std::set<std::string> ListDestroyedKeys(pqxx::work& tx) {
  std::set<std::string> ids;
  for (const pqxx::row& row : tx.exec(kListDestroyed)) ids.insert(row[0].as<std::string>());
  return ids;
}

std::map<std::string, int64_t> AddWraps(pqxx::work& tx,
                                        const std::map<std::string, int64_t>& wraps) {
  std::vector<std::string> ids;
  std::vector<int64_t> counts;
  for (const auto& [id, count] : wraps) {
    ids.push_back(id);
    counts.push_back(count);
  }
  std::map<std::string, int64_t> totals;
  for (const pqxx::row& row :
       tx.exec_params(kAddWraps, postgres::ToArray(ids), postgres::ToArray(counts))) {
    totals[row["key_id"].as<std::string>()] = row["wraps"].as<int64_t>();
  }
  return totals;
}

absl::Status HoldKey(pqxx::work& tx, const std::string& key_id) {
  const pqxx::result rows = tx.exec_params(kHold, key_id);
  if (rows.empty() || !rows[0]["destroyed"].as<bool>()) return absl::OkStatus();
  return Error(absl::StatusCode::kFailedPrecondition, "KEY_DESTROYED",
               "the key " + key_id + " was destroyed, which this process has yet to notice");
}

bool LockKey(pqxx::work& tx, const std::string& key_id) {
  return !tx.exec_params(kLock, key_id).empty();
}

void MarkKeyDestroyed(pqxx::work& tx, const std::string& key_id, const std::string& by) {
  tx.exec_params(kMarkDestroyed, key_id, by);
}

}  // namespace callimport::credential_manager

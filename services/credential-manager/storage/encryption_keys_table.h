// The SQL of encryption_keys: what is known of keys, never a key. Every function joins the caller's
// transaction.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <pqxx/pqxx>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/common/clock.h"

namespace callimport::credential_manager {

struct KnownKey {
  std::string key_id;
  Timestamp first_seen_at;
  // About.
  int64_t wraps = 0;
  std::optional<Timestamp> destroyed_at;
  std::string destroyed_by;
};

// Those that are known already stay as they are.
void NoteKeys(pqxx::work& tx, const std::vector<std::string>& key_ids);
std::vector<KnownKey> ListKnownKeys(pqxx::work& tx);
std::set<std::string> ListDestroyedKeys(pqxx::work& tx);

// Returns the new totals.
std::map<std::string, int64_t> AddWraps(pqxx::work& tx,
                                        const std::map<std::string, int64_t>& wraps);

// Until the end of the transaction the key is not destroyed. FAILED_PRECONDITION (KEY_DESTROYED)
// when it is.
absl::Status HoldKey(pqxx::work& tx, const std::string& key_id);

// Until the end of the transaction nobody seals with the key. False when it is not known.
bool LockKey(pqxx::work& tx, const std::string& key_id);
void MarkKeyDestroyed(pqxx::work& tx, const std::string& key_id, const std::string& by);

}  // namespace callimport::credential_manager

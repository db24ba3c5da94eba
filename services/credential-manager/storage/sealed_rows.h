// Every table that holds sealed texts, as a rotation of keys sees it. A table that is not in
// AllSealedRows() would be forgotten by a rotation.
#pragma once

#include <cstdint>
#include <map>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "services/credential-manager/sealing/sealer.h"

namespace callimport::credential_manager {

struct SealedRow {
  std::string row_id;
  SealedFor owner;
  crypto::Envelope envelope;
};

// What a rotation is about: rows under another key than this one, and those in an older layout.
struct RotationTarget {
  std::string to_key_id;
  // And all that were sealed before this, whatever their key. NULL in SQL when unset.
  std::optional<Timestamp> sealed_before;
};

// Every function joins the caller's transaction.
class SealedRows {
 public:
  virtual ~SealedRows() = default;

  virtual std::map<std::string, int64_t> CountByKey(pqxx::work& tx) const = 0;
  virtual int64_t CountLeft(pqxx::work& tx, const RotationTarget& target) const = 0;

  // In order of their ids, from behind this one (empty: from the first).
  virtual std::vector<SealedRow> ReadLeft(pqxx::work& tx, const RotationTarget& target,
                                          const std::string& after_id, int limit) const = 0;

  // Puts the new wraps in, each only if its row is still as it was read. Returns how many were.
  virtual int64_t SwapWraps(pqxx::work& tx, const std::vector<SealedRow>& read,
                            const std::vector<crypto::Envelope>& rewrapped) const = 0;

  // A fresh data key and ciphertext. False when somebody has written the row meanwhile.
  virtual absl::StatusOr<bool> Reencrypt(pqxx::work& tx, const Sealer& sealer,
                                         const SealedRow& read) const = 0;
};

const std::vector<const SealedRows*>& AllSealedRows();

// Of rows (key_id, rows), for CountByKey().
std::map<std::string, int64_t> CountsByKey(const pqxx::result& rows);

}  // namespace callimport::credential_manager

// A rotation of keys as the database knows it. Every method is one transaction.
//
// What is left to do is told by the rows themselves, so a process may die at any moment, and any
// number of replicas may work side by side: each row changes only while it is as it was read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/postgres/pool.h"
#include "services/credential-manager/domain/credential.h"
#include "services/credential-manager/storage/key_rotations_table.h"
#include "services/credential-manager/storage/sealed_rows.h"

namespace callimport::credential_manager {

class RotationStore {
 public:
  explicit RotationStore(postgres::Pool& pool) : pool_(pool) {}

  // Joins one that runs to the same key in the same way; FAILED_PRECONDITION (ROTATION_RUNNING)
  // while another runs.
  absl::StatusOr<KeyRotation> Start(const std::string& to_key_id, bool reencrypt,
                                    const AuditContext& context);

  absl::StatusOr<std::optional<KeyRotation>> FindRunning();

  struct Progress {
    KeyRotation rotation;
    int64_t rows_left = 0;
    // Of every key known, counted together with the above.
    std::map<std::string, int64_t> rows_under_keys;
    Timestamp counted_at;
  };
  // NOT_FOUND (ROTATION_UNKNOWN).
  absl::StatusOr<Progress> Look(const std::string& rotation_id);

  absl::StatusOr<std::vector<SealedRow>> ReadLeft(const KeyRotation& rotation,
                                                  const SealedRows& table,
                                                  const std::string& after_id, int limit);

  // Both return how many rows they changed.
  absl::StatusOr<int64_t> SwapWraps(const KeyRotation& rotation, const SealedRows& table,
                                    const std::vector<SealedRow>& read,
                                    const std::vector<crypto::Envelope>& rewrapped);
  absl::StatusOr<int64_t> Reencrypt(const KeyRotation& rotation, const SealedRows& table,
                                    const Sealer& sealer, const SealedRow& row);

  // Audited by whoever is first. Does nothing when rows are left beyond the unreadable ones.
  absl::Status Finish(const KeyRotation& rotation, int64_t unreadable);
  absl::Status Supersede(const KeyRotation& rotation);

 private:
  postgres::Pool& pool_;
};

}  // namespace callimport::credential_manager

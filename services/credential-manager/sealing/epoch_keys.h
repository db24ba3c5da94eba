// The keys of ephemeral credentials: one file each, outside the database, so that a backup of the
// database alone never opens what was shredded since.
//
// All replicas share the folder. It must not be part of any backup of the database.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/crypto/envelope.h"

namespace callimport::credential_manager {

class EpochKeys {
 public:
  // Makes the folder when it is missing. INVALID_ARGUMENT (EPOCH_KEY_DIR_UNUSABLE) when others
  // than its owner may use it.
  static absl::StatusOr<EpochKeys> Open(const std::string& directory);

  // The key of this credential, made and safely on disk when there was none.
  absl::StatusOr<crypto::EpochKey> FindOrMake(const std::string& credential_id) const;

  // NOT_FOUND (EPOCH_KEY_DESTROYED).
  absl::StatusOr<crypto::EpochKey> Find(const std::string& credential_id) const;

  // Overwrites and removes it; on disk when this returns. False when there was none.
  absl::StatusOr<bool> Destroy(const std::string& credential_id) const;

  struct Entry {
    std::string credential_id;
    std::chrono::seconds age;
  };
  absl::StatusOr<std::vector<Entry>> List() const;

 private:
  explicit EpochKeys(std::string directory);
  std::string FileOf(const std::string& credential_id) const;

  std::string directory_;
};

}  // namespace callimport::credential_manager

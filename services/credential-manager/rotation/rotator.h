// Does the work of a rotation in the background, batch by batch, for as long as one is running.
#pragma once

#include <atomic>

#include "absl/status/status.h"
#include "services/credential-manager/sealing/key_ring.h"
#include "services/credential-manager/sealing/sealer.h"
#include "services/credential-manager/storage/rotation_store.h"

namespace callimport::credential_manager {

class Rotator {
 public:
  Rotator(RotationStore& store, const KeyRing& keys, const Sealer& sealer, int rows_at_once = 100);

  // Takes the running rotation as far as it goes. To be called again and again; what an error, a
  // crash or a stop leaves undone is done by the next call, here or on another replica.
  absl::Status Run();

  // A run under way ends after its batch.
  void Stop() { stopping_ = true; }

 private:
  struct Pass {
    int64_t changed = 0;
    int64_t met = 0;
    int64_t unreadable = 0;
  };
  absl::StatusOr<Pass> RunOnce(const KeyRotation& rotation, const SealedRows& table);
  absl::Status Change(const KeyRotation& rotation, const SealedRows& table,
                      const std::vector<SealedRow>& rows, Pass& pass);
  absl::Status Rewrap(const KeyRotation& rotation, const SealedRows& table,
                      const std::vector<SealedRow>& rows, Pass& pass);
  absl::Status Reencrypt(const KeyRotation& rotation, const SealedRows& table, const SealedRow& row,
                         Pass& pass);

  RotationStore& store_;
  const KeyRing& keys_;
  const Sealer& sealer_;
  const int rows_at_once_;
  std::atomic<bool> stopping_{false};
};

}  // namespace callimport::credential_manager

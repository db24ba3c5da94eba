// Destroys the secrets of credentials that were deleted, or whose jobs have ended long enough ago.
//
// Three steps, each of which may be repeated: nobody can lease it any more; its epoch key is
// destroyed; what the database has is destroyed, and a signed receipt kept. A process that dies in
// between leaves the rest to the next run, here or on another replica.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/common/clock.h"
#include "libs/telemetry/metrics.h"
#include "services/credential-manager/sealing/epoch_keys.h"
#include "services/credential-manager/shredding/receipt_signer.h"
#include "services/credential-manager/storage/lifecycle_store.h"

namespace callimport::credential_manager {

class Shredder {
 public:
  Shredder(LifecycleStore& store, const EpochKeys& epoch_keys, const ReceiptSigner& signer,
           const Clock& clock);

  // To be called again and again. One that cannot be shredded keeps none of the others.
  absl::Status Run();

  // Destroys epoch keys that were left behind: of credentials that were promoted, or of which the
  // database was told while the key was not. To be called now and then.
  absl::Status Sweep();

 private:
  absl::Status Shred(const std::string& credential_id);

  LifecycleStore& store_;
  const EpochKeys& epoch_keys_;
  const ReceiptSigner& signer_;
  const Clock& clock_;
  metrics::Counter shredded_;
  metrics::Counter failed_;
};

}  // namespace callimport::credential_manager

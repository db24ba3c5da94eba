// Seals the secret fields of a credential for its owner, and opens them again.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/crypto/envelope.h"
#include "services/credential-manager/domain/credential.h"
#include "services/credential-manager/sealing/epoch_keys.h"

namespace callimport::credential_manager {

// Whom a sealed text belongs to. Copied to another owner, it does not open.
struct SealedFor {
  std::string workspace_id;
  std::string platform;
  std::string credential_id;
  // Which write of the row this is; an older one put back does not open. See PutSecret().
  int64_t row_version = 0;
};

// Safe from any number of threads.
class Sealer {
 public:
  // Keys that never change, and none for ephemeral credentials.
  explicit Sealer(crypto::Keyset keyset);

  // `epoch_keys` may be null: then nothing ephemeral can be sealed. An empty legacy key opens
  // nothing of the program before. Without a fingerprint key there are no fingerprints.
  Sealer(const crypto::KeySource& keys, const EpochKeys* epoch_keys, Secret legacy_key,
         Secret fingerprint_key = Secret());

  // For persistent credentials. Throws when the key source cannot be asked.
  crypto::Envelope Seal(const SealedFor& owner, const SecretFields& fields) const;

  // An ephemeral credential is sealed with an epoch key of its own, too. UNAVAILABLE
  // (KEY_SOURCE_UNREACHABLE, EPOCH_KEYS_UNREACHABLE).
  absl::StatusOr<crypto::Envelope> Seal(const SealedFor& owner, const SecretFields& fields,
                                        Retention retention) const;

  // DATA_LOSS (CREDENTIAL_UNREADABLE) when the seal does not hold; UNAVAILABLE as above. Which
  // row version it must have is told by the envelope.
  absl::StatusOr<SecretFields> Open(const SealedFor& owner, const crypto::Envelope& envelope) const;

  // The same secret under the primary key, without opening it.
  absl::StatusOr<crypto::Envelope> Rewrap(const SealedFor& owner,
                                          const crypto::Envelope& envelope) const;

  // Of a secret, keyed: tells nothing to whoever lacks the key, not even whether two credentials
  // have the same. 32 bytes, or none.
  std::string Fingerprint(const SealedFor& owner, const SecretFields& fields) const;

  // Whether it is in an older layout, and should be sealed anew when it is touched.
  static bool IsOutdated(const crypto::Envelope& envelope);

  const crypto::KeySource& keys() const { return keys_; }

 private:
  absl::StatusOr<SecretFields> OpenLayout(const SealedFor& owner,
                                          const crypto::Envelope& envelope) const;

  const std::unique_ptr<const crypto::KeySource> own_keys_;
  const crypto::KeySource& keys_;
  const EpochKeys* const epoch_keys_ = nullptr;
  const Secret legacy_key_;
  const Secret fingerprint_key_;
};

}  // namespace callimport::credential_manager

// Seals the secret fields of a credential for its owner, and opens them again.
#pragma once

#include "absl/status/statusor.h"
#include "libs/crypto/envelope.h"
#include "services/credential-manager/domain/credential.h"

namespace callimport::credential_manager {

// Whom a sealed text belongs to. Copied to another owner, it does not open.
struct SealedFor {
  std::string workspace_id;
  std::string platform;
  std::string credential_id;
};

class Sealer {
 public:
  explicit Sealer(crypto::Keyset keyset);

  crypto::Envelope Seal(const SealedFor& owner, const SecretFields& fields) const;

  // DATA_LOSS (CREDENTIAL_UNREADABLE) when the seal does not hold.
  absl::StatusOr<SecretFields> Open(const SealedFor& owner, const crypto::Envelope& envelope) const;

 private:
  const crypto::Keyset keyset_;
};

}  // namespace callimport::credential_manager

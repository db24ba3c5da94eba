// Signs what a shred receipt says.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "libs/crypto/ed25519.h"
#include "services/credential-manager/storage/lifecycle_table.h"

namespace callimport::credential_manager {

class ReceiptSigner {
 public:
  // Of a private Ed25519 key in PEM. INVALID_ARGUMENT (KEY_FILE_UNUSABLE) when it is missing,
  // usable by others, or something else.
  static absl::StatusOr<ReceiptSigner> FromFile(const std::string& file);

  explicit ReceiptSigner(crypto::Ed25519Key key, Secret fingerprint_key = Secret());

  // The statement is a ShredStatement as JSON.
  SignedReceipt Sign(const EndingCredential& ending, const std::vector<std::string>& job_ids,
                     Timestamp now, bool epoch_key_destroyed) const;

  // Derived from the same file: what tombstones' fingerprints are made with.
  const Secret& fingerprint_key() const { return fingerprint_key_; }

 private:
  crypto::Ed25519Key key_;
  Secret fingerprint_key_;
};

}  // namespace callimport::credential_manager

// A secret under a data key of its own, and that key under a key-encryption key.
//
// Both layers are bound to the same context, so that a row copied to another owner does not open.
// A fresh data key for every sealing means that no key seals two secrets, and that a rotation only
// wraps 32 bytes anew.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/common/secret.h"
#include "libs/crypto/keyset.h"

namespace callimport::crypto {

struct Envelope {
  // Of this layout.
  int version = 1;
  std::string key_id;
  std::string wrapped_key;
  std::string ciphertext;
};

// `context` names the owner, part by part.
Envelope SealEnvelope(const Keyset& keyset, const Secret& plaintext,
                      const std::vector<std::string>& context);

// DATA_LOSS (SEAL_BROKEN) when it does not open, whatever the cause.
absl::StatusOr<Secret> OpenEnvelope(const Keyset& keyset, const Envelope& envelope,
                                    const std::vector<std::string>& context);

}  // namespace callimport::crypto

// What the program before this one wrote: {"iv", "authTag", "data"} in hex, AES-256-GCM with an IV
// of 16 bytes, sealed directly under one key of the configuration, the fields as a JSON object.
// Bound to nobody. It is opened, and written anew in our layout when it is touched.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/credential-manager/domain/credential.h"

namespace callimport::credential_manager {

// The version and key id under which a table keeps such a text, as its ciphertext.
inline constexpr int kLegacyVersion = 0;
inline constexpr char kLegacyKeyId[] = "legacy";

// DATA_LOSS (SEAL_BROKEN) for whatever does not open.
absl::StatusOr<SecretFields> OpenLegacy(const Secret& key, const std::string& triple);

}  // namespace callimport::credential_manager

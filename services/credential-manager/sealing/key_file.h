// The file with the key-encryption keys.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/crypto/keyset.h"

namespace callimport::credential_manager {

// INVALID_ARGUMENT naming the file when it is missing, readable by others than its owner, or
// malformed: a service that cannot keep its keys does not start.
absl::StatusOr<crypto::Keyset> ReadKeyFile(const std::string& file);

}  // namespace callimport::credential_manager

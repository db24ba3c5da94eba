// Files that hold keys: only their owner may be able to use them.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/common/secret.h"
#include "services/credential-manager/sealing/key_list.h"

namespace callimport::credential_manager {

// INVALID_ARGUMENT (KEY_FILE_UNUSABLE) naming `field` and the file when it is missing or others
// than its owner may use it.
absl::StatusOr<Secret> ReadPrivateFile(const std::string& field, const std::string& file);

// The same when it is malformed: a service that cannot keep its keys does not start.
absl::StatusOr<KeyList> ReadKeyFile(const std::string& file);

// The key of the program before: 64 hexadecimal digits. An empty name gives an empty key.
absl::StatusOr<Secret> ReadLegacyKeyFile(const std::string& file);

}  // namespace callimport::credential_manager

// The key-encryption keys: one seals, all open.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "libs/common/secret.h"

namespace callimport::crypto {

struct Keyset {
  std::string primary_id;
  std::map<std::string, Secret> keys;
};

// Reads lines of "id:base64 of 32 bytes"; the first is the primary. Empty lines and lines that
// start with '#' are passed over. INVALID_ARGUMENT (KEYS_MALFORMED), naming the line, for anything
// else, for an id that stands twice, and for a key of zeros.
absl::StatusOr<Keyset> ParseKeyset(const Secret& text);

}  // namespace callimport::crypto

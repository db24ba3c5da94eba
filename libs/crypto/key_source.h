// Where the key-encryption keys are: in this process, or in somebody else's key service.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "libs/common/secret.h"

namespace callimport::crypto {

// Safe from any number of threads. UNAVAILABLE (KEY_SOURCE_UNREACHABLE) when the keys cannot be
// asked just now.
class KeySource {
 public:
  virtual ~KeySource() = default;

  // The key that seals; every other only opens.
  virtual std::string PrimaryId() const = 0;

  // FAILED_PRECONDITION (KEY_UNKNOWN) for a key that is not here.
  virtual absl::StatusOr<std::string> Wrap(const std::string& key_id, const Secret& data_key,
                                           std::string_view context) const = 0;

  // DATA_LOSS (SEAL_BROKEN) for whatever does not open, an unknown key included.
  virtual absl::StatusOr<Secret> Unwrap(const std::string& key_id, std::string_view wrapped,
                                        std::string_view context) const = 0;
};

}  // namespace callimport::crypto

#include "libs/crypto/local_keys.h"

#include <utility>

#include "libs/common/errors.h"
#include "libs/crypto/aead.h"

namespace callimport::crypto {

LocalKeys::LocalKeys(Keyset keyset) : keyset_(std::move(keyset)) {}

absl::StatusOr<std::string> LocalKeys::Wrap(const std::string& key_id, const Secret& data_key,
                                            std::string_view context) const {
  const auto key = keyset_.keys.find(key_id);
  if (key == keyset_.keys.end()) {
    return Error(absl::StatusCode::kFailedPrecondition, "KEY_UNKNOWN", "there is no such key");
  }
  return Seal(key->second, data_key, context);
}

absl::StatusOr<Secret> LocalKeys::Unwrap(const std::string& key_id, std::string_view wrapped,
                                         std::string_view context) const {
  const auto key = keyset_.keys.find(key_id);
  if (key == keyset_.keys.end()) {
    return Error(absl::StatusCode::kDataLoss, "SEAL_BROKEN", "a sealed text does not open");
  }
  return Open(key->second, wrapped, context);
}

}  // namespace callimport::crypto

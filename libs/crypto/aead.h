// AES-256-GCM: what is sealed can be neither read nor changed without the key, and opens only
// together with the context it was sealed with.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "libs/common/secret.h"

namespace callimport::crypto {

inline constexpr size_t kKeyBytes = 32;
inline constexpr size_t kNonceBytes = 12;
inline constexpr size_t kTagBytes = 16;

// nonce ‖ ciphertext ‖ tag, with a random nonce. At most 2^32 times per key. Throws when the key
// has another length or the plaintext more than 1 MiB: both are faults of ours.
std::string Seal(const Secret& key, const Secret& plaintext, std::string_view context);

// DATA_LOSS (SEAL_BROKEN) for whatever does not open; says no more on purpose.
absl::StatusOr<Secret> Open(const Secret& key, std::string_view sealed, std::string_view context);

// For what another program sealed in its own layout, with a nonce of 12 or 16 bytes. The tag must
// have its 16 bytes. DATA_LOSS (SEAL_BROKEN).
absl::StatusOr<Secret> OpenParts(const Secret& key, std::string_view nonce,
                                 std::string_view ciphertext, std::string_view tag,
                                 std::string_view context);

// With a nonce of the caller's choice, for published test vectors.
std::string SealWithNonce(const Secret& key, std::string_view nonce, const Secret& plaintext,
                          std::string_view context);

}  // namespace callimport::crypto

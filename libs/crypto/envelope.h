// A secret under a data key of its own, and that key under a key-encryption key.
//
// Both layers are bound to the same context, so that a row copied to another owner does not open.
// A fresh data key for every sealing means that no key seals two secrets, and that a rotation only
// wraps 32 bytes anew.
//
// An epoch key may lie between the two: the data key is sealed under it first, and what comes of
// that under the key-encryption key. Whoever destroys the epoch key has closed every copy.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/common/secret.h"
#include "libs/crypto/key_source.h"
#include "libs/crypto/keyset.h"

namespace callimport::crypto {

// What is written. Version 1 is still opened: its context names no row version.
inline constexpr int kEnvelopeVersion = 2;

struct Envelope {
  // Of this layout.
  int version = kEnvelopeVersion;
  std::string key_id;
  // 12 bytes nonce, the data key sealed, 16 bytes tag; or what another key service made of it.
  std::string wrapped_key;
  // 12 bytes nonce, the secret sealed, 16 bytes tag.
  std::string ciphertext;
  // Empty: there is none.
  std::string epoch_key_id = {};
  // Which write of its row this is. Told by whoever keeps the row, never by the sealed text
  // itself, so that an older copy put back does not open.
  int64_t row_version = 0;
};

struct EpochKey {
  std::string id;
  Secret key;
};

// `context` names the owner, part by part. Passes on what the key source says.
absl::StatusOr<Envelope> SealEnvelope(const KeySource& keys, const Secret& plaintext,
                                      const std::vector<std::string>& context,
                                      const EpochKey* epoch_key = nullptr);

// DATA_LOSS (SEAL_BROKEN) when it does not open, whatever the cause; but UNAVAILABLE when the key
// source cannot be asked. An envelope with an epoch key opens only with that one.
absl::StatusOr<Secret> OpenEnvelope(const KeySource& keys, const Envelope& envelope,
                                    const std::vector<std::string>& context,
                                    const EpochKey* epoch_key = nullptr);

// The same secret under the primary key. Neither the secret nor an epoch key is needed.
absl::StatusOr<Envelope> RewrapEnvelope(const KeySource& keys, const Envelope& envelope,
                                        const std::vector<std::string>& context);

// As one text, for tables that keep an envelope in one column. The row version is not in it.
std::string SerializeEnvelope(const Envelope& envelope);

// DATA_LOSS (SEAL_BROKEN) for anything but what SerializeEnvelope gives.
absl::StatusOr<Envelope> ParseEnvelope(std::string_view text);

}  // namespace callimport::crypto

#include "libs/crypto/envelope.h"

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/aead.h"
#include "libs/crypto/length_prefixed.h"
#include "libs/crypto/random.h"

namespace callimport::crypto {
namespace {

constexpr int kVersion = 1;

// What both layers are bound to; `layer` keeps one from passing for the other.
std::string Bind(const std::string& layer, const std::string& key_id,
                 const std::vector<std::string>& context) {
  return JoinPrefixed(
      {"callimport-vault", std::to_string(kVersion), layer, key_id, JoinPrefixed(context)});
}

}  // namespace

Envelope SealEnvelope(const Keyset& keyset, const Secret& plaintext,
                      const std::vector<std::string>& context) {
  const std::string& id = keyset.primary_id;
  const Secret data_key(RandomBytes(kKeyBytes));
  return {.version = kVersion,
          .key_id = id,
          .wrapped_key = Seal(keyset.keys.at(id), data_key, Bind("data key", id, context)),
          // The key id is left out here, so that wrapping the data key anew leaves this as it is.
          .ciphertext = Seal(data_key, plaintext, Bind("secret", "", context))};
}

absl::StatusOr<Secret> OpenEnvelope(const Keyset& keyset, const Envelope& envelope,
                                    const std::vector<std::string>& context) {
  const auto key = keyset.keys.find(envelope.key_id);
  if (envelope.version != kVersion || key == keyset.keys.end()) {
    return Error(absl::StatusCode::kDataLoss, "SEAL_BROKEN", "a sealed text does not open");
  }
  ASSIGN_OR_RETURN(const Secret data_key, Open(key->second, envelope.wrapped_key,
                                               Bind("data key", envelope.key_id, context)));
  return Open(data_key, envelope.ciphertext, Bind("secret", "", context));
}

}  // namespace callimport::crypto

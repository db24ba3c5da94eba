#include "libs/crypto/envelope.h"

#include <optional>
#include <utility>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/aead.h"
#include "libs/crypto/length_prefixed.h"
#include "libs/crypto/random.h"

namespace callimport::crypto {
namespace {

constexpr int kOldestVersion = 1;
constexpr size_t kMaxIdBytes = 128;
constexpr size_t kMaxWrappedKeyBytes = 4096;
constexpr size_t kMaxCiphertextBytes = (1 << 20) + kNonceBytes + kTagBytes;

// What a layer is bound to; `layer` keeps one from passing for another.
std::string Bind(const Envelope& envelope, const std::string& layer, const std::string& key_id,
                 const std::vector<std::string>& context) {
  return JoinPrefixed(
      {"callimport-vault", std::to_string(envelope.version), layer, key_id, JoinPrefixed(context)});
}

// The key id is left out, so that wrapping the data key anew leaves the secret as it is.
std::string BindSecret(const Envelope& envelope, const std::vector<std::string>& context) {
  return Bind(envelope, "secret", "", context);
}

std::string BindDataKey(const Envelope& envelope, const std::vector<std::string>& context) {
  return Bind(envelope, "data key", envelope.key_id, context);
}

std::string BindEpoch(const Envelope& envelope, const std::vector<std::string>& context) {
  return Bind(envelope, "epoch", envelope.epoch_key_id, context);
}

absl::Status Broken() {
  return Error(absl::StatusCode::kDataLoss, "SEAL_BROKEN", "a sealed text does not open");
}

bool HasKnownVersion(const Envelope& envelope) {
  return envelope.version >= kOldestVersion && envelope.version <= kEnvelopeVersion;
}

bool IsSealed(const std::string& text, size_t max_bytes) {
  return text.size() >= kNonceBytes + kTagBytes && text.size() <= max_bytes;
}

bool IsWellFormed(const Envelope& envelope) {
  return HasKnownVersion(envelope) && !envelope.key_id.empty() &&
         envelope.key_id.size() <= kMaxIdBytes && envelope.epoch_key_id.size() <= kMaxIdBytes &&
         IsSealed(envelope.wrapped_key, kMaxWrappedKeyBytes) &&
         IsSealed(envelope.ciphertext, kMaxCiphertextBytes);
}

absl::StatusOr<Secret> OpenEpochLayer(const Secret& wrapped, const Envelope& envelope,
                                      const std::vector<std::string>& context,
                                      const EpochKey* epoch_key) {
  if (envelope.epoch_key_id.empty()) return wrapped;
  if (!epoch_key || epoch_key->id != envelope.epoch_key_id) return Broken();
  return Open(epoch_key->key, wrapped.Reveal(), BindEpoch(envelope, context));
}

}  // namespace

absl::StatusOr<Envelope> SealEnvelope(const KeySource& keys, const Secret& plaintext,
                                      const std::vector<std::string>& context,
                                      const EpochKey* epoch_key) {
  Envelope envelope{.key_id = keys.PrimaryId(), .wrapped_key = {}, .ciphertext = {}};
  Secret key(RandomBytes(kKeyBytes));
  envelope.ciphertext = Seal(key, plaintext, BindSecret(envelope, context));
  if (epoch_key) {
    envelope.epoch_key_id = epoch_key->id;
    key = Secret(Seal(epoch_key->key, key, BindEpoch(envelope, context)));
  }
  ASSIGN_OR_RETURN(envelope.wrapped_key,
                   keys.Wrap(envelope.key_id, key, BindDataKey(envelope, context)));
  return envelope;
}

absl::StatusOr<Secret> OpenEnvelope(const KeySource& keys, const Envelope& envelope,
                                    const std::vector<std::string>& context,
                                    const EpochKey* epoch_key) {
  if (!IsWellFormed(envelope)) return Broken();
  ASSIGN_OR_RETURN(const Secret wrapped, keys.Unwrap(envelope.key_id, envelope.wrapped_key,
                                                     BindDataKey(envelope, context)));
  ASSIGN_OR_RETURN(const Secret data_key, OpenEpochLayer(wrapped, envelope, context, epoch_key));
  return Open(data_key, envelope.ciphertext, BindSecret(envelope, context));
}

absl::StatusOr<Envelope> RewrapEnvelope(const KeySource& keys, const Envelope& envelope,
                                        const std::vector<std::string>& context) {
  if (!IsWellFormed(envelope)) return Broken();
  ASSIGN_OR_RETURN(const Secret key, keys.Unwrap(envelope.key_id, envelope.wrapped_key,
                                                 BindDataKey(envelope, context)));
  Envelope rewrapped = envelope;
  rewrapped.key_id = keys.PrimaryId();
  ASSIGN_OR_RETURN(rewrapped.wrapped_key,
                   keys.Wrap(rewrapped.key_id, key, BindDataKey(rewrapped, context)));
  return rewrapped;
}

std::string SerializeEnvelope(const Envelope& envelope) {
  return JoinPrefixed({std::string(1, static_cast<char>(envelope.version)), envelope.key_id,
                       envelope.epoch_key_id, envelope.wrapped_key, envelope.ciphertext});
}

absl::StatusOr<Envelope> ParseEnvelope(std::string_view text) {
  auto parts = SplitPrefixed(text);
  if (!parts || parts->size() != 5 || parts->front().size() != 1) return Broken();
  Envelope envelope{.version = static_cast<unsigned char>(parts->front()[0]),
                    .key_id = std::move((*parts)[1]),
                    .wrapped_key = std::move((*parts)[3]),
                    .ciphertext = std::move((*parts)[4]),
                    .epoch_key_id = std::move((*parts)[2])};
  if (!IsWellFormed(envelope)) return Broken();
  return envelope;
}

}  // namespace callimport::crypto

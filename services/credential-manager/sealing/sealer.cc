#include "services/credential-manager/sealing/sealer.h"

#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/hmac.h"
#include "libs/crypto/length_prefixed.h"
#include "libs/crypto/local_keys.h"
#include "services/credential-manager/sealing/legacy_seal.h"

namespace callimport::credential_manager {
namespace {

// The first layout knew no row version.
constexpr int kVersionWithoutRow = 1;

std::vector<std::string> ContextOf(const SealedFor& owner, const crypto::Envelope& envelope) {
  std::vector<std::string> context = {owner.workspace_id, owner.platform, owner.credential_id};
  if (envelope.version != kVersionWithoutRow) {
    context.push_back(std::to_string(envelope.row_version));
  }
  return context;
}

// Name, value, name, value. All in one place, so that growing leaves no copy behind.
Secret Encode(const SecretFields& fields) {
  size_t bytes = 0;
  for (const auto& [name, value] : fields) bytes += name.size() + value.Reveal().size() + 8;
  std::string joined;
  joined.reserve(bytes);
  for (const auto& [name, value] : fields) {
    for (const std::string* part : {&name, &value.Reveal()}) {
      crypto::AppendPrefixed(joined, *part);
    }
  }
  return Secret(std::move(joined));
}

absl::Status Unreadable() {
  return Error(absl::StatusCode::kDataLoss, "CREDENTIAL_UNREADABLE",
               "the seal of this credential does not hold");
}

// Why it does not open is told to nobody; that the keys cannot be asked is.
absl::Status Translate(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ? status : Unreadable();
}

absl::StatusOr<SecretFields> Decode(const Secret& text) {
  const auto parts = crypto::ViewPrefixed(text.Reveal());
  if (!parts || parts->size() % 2 != 0) return Unreadable();
  SecretFields fields;
  for (size_t i = 0; i < parts->size(); i += 2) {
    fields.emplace(std::string((*parts)[i]), Secret(std::string((*parts)[i + 1])));
  }
  return fields;
}

absl::Status NoEpochKeys() {
  return Error(absl::StatusCode::kFailedPrecondition, "EPOCH_KEYS_MISSING",
               "ephemeral credentials need epoch_key_dir");
}

}  // namespace

Sealer::Sealer(crypto::Keyset keyset)
    : own_keys_(std::make_unique<crypto::LocalKeys>(std::move(keyset))), keys_(*own_keys_) {}

Sealer::Sealer(const crypto::KeySource& keys, const EpochKeys* epoch_keys, Secret legacy_key,
               Secret fingerprint_key)
    : keys_(keys),
      epoch_keys_(epoch_keys),
      legacy_key_(std::move(legacy_key)),
      fingerprint_key_(std::move(fingerprint_key)) {}

crypto::Envelope Sealer::Seal(const SealedFor& owner, const SecretFields& fields) const {
  auto sealed = Seal(owner, fields, Retention::kPersistent);
  if (!sealed.ok()) throw std::runtime_error(std::string(sealed.status().message()));
  return *std::move(sealed);
}

absl::StatusOr<crypto::Envelope> Sealer::Seal(const SealedFor& owner, const SecretFields& fields,
                                              Retention retention) const {
  std::optional<crypto::EpochKey> epoch_key;
  if (retention == Retention::kEphemeral) {
    if (!epoch_keys_) return NoEpochKeys();
    ASSIGN_OR_RETURN(epoch_key, epoch_keys_->FindOrMake(owner.credential_id));
  }
  crypto::Envelope sealed;
  sealed.row_version = owner.row_version;
  const std::vector<std::string> context = ContextOf(owner, sealed);
  ASSIGN_OR_RETURN(sealed, crypto::SealEnvelope(keys_, Encode(fields), context,
                                                epoch_key ? &*epoch_key : nullptr));
  sealed.row_version = owner.row_version;
  return sealed;
}

absl::StatusOr<SecretFields> Sealer::OpenLayout(const SealedFor& owner,
                                                const crypto::Envelope& envelope) const {
  if (envelope.version == kLegacyVersion) return OpenLegacy(legacy_key_, envelope.ciphertext);
  std::optional<crypto::EpochKey> epoch_key;
  if (!envelope.epoch_key_id.empty()) {
    if (!epoch_keys_) return NoEpochKeys();
    ASSIGN_OR_RETURN(epoch_key, epoch_keys_->Find(envelope.epoch_key_id));
  }
  ASSIGN_OR_RETURN(const Secret text,
                   crypto::OpenEnvelope(keys_, envelope, ContextOf(owner, envelope),
                                        epoch_key ? &*epoch_key : nullptr));
  return Decode(text);
}

absl::StatusOr<SecretFields> Sealer::Open(const SealedFor& owner,
                                          const crypto::Envelope& envelope) const {
  auto opened = OpenLayout(owner, envelope);
  if (!opened.ok()) return Translate(opened.status());
  return opened;
}

absl::StatusOr<crypto::Envelope> Sealer::Rewrap(const SealedFor& owner,
                                                const crypto::Envelope& envelope) const {
  auto rewrapped = crypto::RewrapEnvelope(keys_, envelope, ContextOf(owner, envelope));
  if (!rewrapped.ok()) return Translate(rewrapped.status());
  return rewrapped;
}

std::string Sealer::Fingerprint(const SealedFor& owner, const SecretFields& fields) const {
  if (fingerprint_key_.empty()) return "";
  // A key for each owner, so that the secret itself is not copied together with its names.
  const Secret own_key(crypto::HmacSha256(
      fingerprint_key_,
      crypto::JoinPrefixed({owner.workspace_id, owner.platform, owner.credential_id})));
  return crypto::HmacSha256(own_key, Encode(fields).Reveal());
}

bool Sealer::IsOutdated(const crypto::Envelope& envelope) {
  return envelope.version != crypto::kEnvelopeVersion;
}

}  // namespace callimport::credential_manager

#include "services/credential-manager/sealing/sealer.h"

#include <utility>
#include <vector>

#include "libs/common/errors.h"
#include "libs/crypto/length_prefixed.h"

namespace callimport::credential_manager {
namespace {

std::vector<std::string> ContextOf(const SealedFor& owner) {
  return {owner.workspace_id, owner.platform, owner.credential_id};
}

// Name, value, name, value.
Secret Encode(const SecretFields& fields) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : fields) {
    parts.push_back(name);
    parts.push_back(value.Reveal());
  }
  return Secret(crypto::JoinPrefixed(parts));
}

absl::Status Unreadable() {
  return Error(absl::StatusCode::kDataLoss, "CREDENTIAL_UNREADABLE",
               "the seal of this credential does not hold");
}

absl::StatusOr<SecretFields> Decode(const Secret& text) {
  auto parts = crypto::SplitPrefixed(text.Reveal());
  if (!parts || parts->size() % 2 != 0) return Unreadable();
  SecretFields fields;
  for (size_t i = 0; i < parts->size(); i += 2) {
    fields.emplace(std::move((*parts)[i]), Secret(std::move((*parts)[i + 1])));
  }
  return fields;
}

}  // namespace

Sealer::Sealer(crypto::Keyset keyset) : keyset_(std::move(keyset)) {}

crypto::Envelope Sealer::Seal(const SealedFor& owner, const SecretFields& fields) const {
  return crypto::SealEnvelope(keyset_, Encode(fields), ContextOf(owner));
}

absl::StatusOr<SecretFields> Sealer::Open(const SealedFor& owner,
                                          const crypto::Envelope& envelope) const {
  const auto text = crypto::OpenEnvelope(keyset_, envelope, ContextOf(owner));
  return text.ok() ? Decode(*text) : Unreadable();
}

}  // namespace callimport::credential_manager

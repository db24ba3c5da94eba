#include "services/credential-manager/sealing/legacy_seal.h"

#include <optional>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/aead.h"
#include "libs/crypto/hex.h"
#include "libs/json/document.h"

namespace callimport::credential_manager {
namespace {

constexpr size_t kIvBytes = 16;

absl::Status Broken() {
  return Error(absl::StatusCode::kDataLoss, "SEAL_BROKEN", "a sealed text does not open");
}

std::optional<std::string> HexMember(const json::Value& object, const char* name) {
  const auto member = object.Find(name);
  const auto text = member ? member->Text() : std::nullopt;
  return text ? crypto::FromHex(*text) : std::nullopt;
}

absl::StatusOr<SecretFields> FieldsOf(const Secret& text) {
  const auto document = json::Document::Parse(text.Reveal());
  if (!document.ok() || document->root().kind() != json::Kind::kObject) return Broken();
  SecretFields fields;
  for (const json::Value& member : document->root().Children()) {
    if (member.kind() == json::Kind::kNull) continue;
    auto value = member.Text();
    fields.emplace(member.Path(), Secret(value ? *std::move(value) : std::string(member.raw())));
  }
  return fields;
}

}  // namespace

absl::StatusOr<SecretFields> OpenLegacy(const Secret& key, const std::string& triple) {
  const auto document = json::Document::Parse(triple);
  if (!document.ok()) return Broken();
  const auto iv = HexMember(document->root(), "iv");
  const auto tag = HexMember(document->root(), "authTag");
  const auto data = HexMember(document->root(), "data");
  if (!iv || !tag || !data || iv->size() != kIvBytes) return Broken();
  ASSIGN_OR_RETURN(const Secret text, crypto::OpenParts(key, *iv, *data, *tag, ""));
  return FieldsOf(text);
}

}  // namespace callimport::credential_manager

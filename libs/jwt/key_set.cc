#include "libs/jwt/key_set.h"

#include <optional>
#include <utility>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/json/object.h"
#include "libs/jwt/base64url.h"

namespace callimport::jwt {
namespace {

constexpr size_t kMaxBytes = 256 * 1024;
constexpr size_t kMaxKeys = 64;
constexpr size_t kMaxKeyIdBytes = 256;

absl::Status Invalid(const std::string& what) {
  return Error(absl::StatusCode::kInvalidArgument, "KEY_SET_INVALID", what);
}

// A private or symmetric key among public ones is a mishap that somebody must hear of.
bool IsSecret(const json::Object& key) {
  for (const char* name : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
    if (key.Has(name)) return true;
  }
  return false;
}

// "EdDSA" and so on; empty for kinds that are not used here.
std::string AlgorithmOf(const json::Object& key) {
  const std::string kind = key.Text("kty");
  const std::string curve = key.Text("crv");
  if (kind == "OKP" && curve == "Ed25519") return "EdDSA";
  if (kind == "EC" && curve == "P-256") return "ES256";
  return kind == "RSA" ? "RS256" : "";
}

bool IsForOurUse(const json::Object& key, const std::string& algorithm) {
  if (algorithm.empty()) return false;
  const std::string use = key.Text("use");
  const std::string stated = key.Text("alg");
  return (use.empty() || use == "sig") && (stated.empty() || stated == algorithm);
}

std::string Bytes(const json::Object& key, const char* name) {
  return FromBase64Url(key.Text(name)).value_or("");
}

absl::StatusOr<PublicKey> ToPublicKey(const json::Object& key, const std::string& algorithm) {
  if (algorithm == "EdDSA") return PublicKey::Ed25519(Bytes(key, "x"));
  if (algorithm == "ES256") return PublicKey::P256(Bytes(key, "x"), Bytes(key, "y"));
  return PublicKey::Rsa(Bytes(key, "n"), Bytes(key, "e"));
}

absl::Status AddTo(std::map<std::string, PublicKey>& keys, const json::Object& key) {
  if (IsSecret(key)) return Invalid("a key set for checking must not hold private keys");
  const std::string algorithm = AlgorithmOf(key);
  if (!IsForOurUse(key, algorithm)) return absl::OkStatus();
  const std::string id = key.Text("kid");
  if (id.empty() || id.size() > kMaxKeyIdBytes)
    return Invalid("a key needs a kid of 1 to 256 bytes");
  const absl::StatusOr<PublicKey> parsed = ToPublicKey(key, algorithm);
  if (!parsed.ok()) return Invalid("key " + id + ": " + std::string(parsed.status().message()));
  if (!keys.emplace(id, *parsed).second) return Invalid("two keys are named " + id);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<KeySet> KeySet::Parse(const std::string& json) {
  if (json.size() > kMaxBytes) return Invalid("longer than 256 KiB");
  const absl::StatusOr<json::Document> document = json::Document::Parse(json);
  if (!document.ok()) return Invalid(std::string(document.status().message()));
  json::Faults faults;
  const json::Object set(document->root(), faults);
  if (!set.Has("keys")) return Invalid("has no list of keys");
  const std::vector<json::Object> listed = set.Children("keys");
  if (listed.size() > kMaxKeys) return Invalid("more than 64 keys");
  std::map<std::string, PublicKey> keys;
  for (const json::Object& key : listed) RETURN_IF_ERROR(AddTo(keys, key));
  if (!faults.status().ok()) return Invalid(std::string(faults.status().message()));
  if (keys.empty() && !listed.empty()) {
    return Invalid("holds no key of the kinds Ed25519, P-256 or RSA for signing");
  }
  return KeySet(std::move(keys));
}

const PublicKey* KeySet::Find(const std::string& key_id) const {
  const auto found = keys_.find(key_id);
  return found == keys_.end() ? nullptr : &found->second;
}

}  // namespace callimport::jwt

#include "libs/jwt/token.h"

#include <algorithm>
#include <set>
#include <utility>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/json/object.h"
#include "libs/jwt/base64url.h"

namespace callimport::jwt {
namespace {

using std::chrono::seconds;

// Times beyond are nonsense, and would overflow when compared.
constexpr int64_t kMaxSeconds = 253'402'300'799;  // the end of the year 9999

absl::Status Invalid(const std::string& why) {
  return Error(absl::StatusCode::kUnauthenticated, "TOKEN_INVALID", "the token " + why);
}

struct Parts {
  std::string header;
  std::string payload;
  std::string signature;
  std::string signed_text;
};

absl::StatusOr<Parts> Split(const std::string& token) {
  if (token.size() > kMaxTokenBytes) return Invalid("is longer than 6 KiB");
  const size_t first = token.find('.');
  const size_t second = first == std::string::npos ? first : token.find('.', first + 1);
  if (second == std::string::npos || token.find('.', second + 1) != std::string::npos) {
    return Invalid("does not have three parts");
  }
  const auto header = FromBase64Url(token.substr(0, first));
  const auto payload = FromBase64Url(token.substr(first + 1, second - first - 1));
  const auto signature = FromBase64Url(token.substr(second + 1));
  if (!header || !payload || !signature) return Invalid("is not written in base64url");
  return Parts{*header, *payload, *signature, token.substr(0, second)};
}

// Two readers may see two different values of a member that comes twice; so neither shall.
bool HasPlainNames(const json::Value& object) {
  std::set<std::string> names;
  for (const json::Value& member : object.Children()) {
    const std::string name = member.Path();
    if (name.find('\\') != std::string::npos || !names.insert(name).second) return false;
  }
  return true;
}

absl::StatusOr<json::Document> ParseObject(const std::string& text) {
  absl::StatusOr<json::Document> document = json::Document::Parse(text);
  if (!document.ok() || document->root().kind() != json::Kind::kObject) {
    return Invalid("holds no JSON object");
  }
  if (!HasPlainNames(document->root())) return Invalid("names a member twice");
  return document;
}

bool IsTypeOfTokens(const std::string& type) {
  std::string lower = type;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower.empty() || lower == "jwt" || lower == "at+jwt";
}

absl::Status CheckSignature(const Parts& parts, const KeySet& keys) {
  ASSIGN_OR_RETURN(const json::Document document, ParseObject(parts.header));
  json::Faults faults;
  const json::Object header(document.root(), faults);
  const PublicKey* key = keys.Find(header.Text("kid"));
  if (key == nullptr) return Invalid("is signed by no key known here");
  if (header.Text("alg") != key->algorithm())
    return Invalid("names another algorithm than its key");
  // "crit" demands extensions that nobody here understands.
  if (header.Has("crit") || !IsTypeOfTokens(header.Text("typ")) || !faults.status().ok()) {
    return Invalid("is of a kind that is not understood here");
  }
  if (!key->Verifies(parts.signed_text, parts.signature)) return Invalid("has a wrong signature");
  return absl::OkStatus();
}

// Seconds since 1970; other than a number is as bad as none.
absl::StatusOr<std::optional<Timestamp>> TimeOf(const json::Value& claims, const char* name) {
  const std::optional<json::Value> value = claims.Find(name);
  if (!value) return std::optional<Timestamp>();
  // Fractions are allowed, and cut off.
  const std::string whole(value->raw().substr(0, value->raw().find('.')));
  const bool digits = whole.find_first_not_of("0123456789") == std::string::npos;
  if (value->kind() != json::Kind::kNumber || !digits || whole.size() > 12) {
    return Invalid(std::string("has no proper ") + name);
  }
  const int64_t number = std::stoll(whole);
  if (number > kMaxSeconds) return Invalid(std::string("has no proper ") + name);
  return std::optional<Timestamp>(Timestamp(seconds(number)));
}

absl::StatusOr<Timestamp> CheckTimes(const json::Value& claims, seconds skew, Timestamp now) {
  ASSIGN_OR_RETURN(const auto expires_at, TimeOf(claims, "exp"));
  ASSIGN_OR_RETURN(const auto not_before, TimeOf(claims, "nbf"));
  ASSIGN_OR_RETURN(const auto issued_at, TimeOf(claims, "iat"));
  if (!expires_at) return Invalid("does not say when it expires");
  if (now >= *expires_at + skew) {
    return Error(absl::StatusCode::kUnauthenticated, "TOKEN_EXPIRED", "the token has expired");
  }
  if (not_before && *not_before > now + skew) return Invalid("is not valid yet");
  if (issued_at && *issued_at > now + skew) return Invalid("is issued in the future");
  return *expires_at;
}

}  // namespace

std::optional<std::string> Claims::Text(const std::string& name) const {
  const std::optional<json::Value> value = document_.root().Find(name);
  return value ? value->Text() : std::nullopt;
}

std::optional<std::vector<std::string>> Claims::Texts(const std::string& name) const {
  const std::optional<json::Value> value = document_.root().Find(name);
  if (!value) return std::nullopt;
  std::vector<std::string> texts;
  if (value->kind() != json::Kind::kArray) {
    const auto text = value->Text();
    if (!text) return std::nullopt;
    texts.push_back(*text);
    return texts;
  }
  for (const json::Value& element : value->Children()) {
    const auto text = element.Text();
    if (!text) return std::nullopt;
    texts.push_back(*text);
  }
  return texts;
}

absl::StatusOr<Claims> Verify(const std::string& token, const KeySet& keys, const Demands& demands,
                              Timestamp now) {
  ASSIGN_OR_RETURN(const Parts parts, Split(token));
  RETURN_IF_ERROR(CheckSignature(parts, keys));
  ASSIGN_OR_RETURN(json::Document document, ParseObject(parts.payload));
  ASSIGN_OR_RETURN(const Timestamp expires_at,
                   CheckTimes(document.root(), demands.clock_skew, now));
  Claims claims(std::move(document), expires_at);
  if (claims.Text("iss") != demands.issuer) return Invalid("is of another issuer");
  const auto audiences = claims.Texts("aud");
  if (!audiences || !std::ranges::count(*audiences, demands.audience)) {
    return Invalid("is for another audience");
  }
  return claims;
}

}  // namespace callimport::jwt

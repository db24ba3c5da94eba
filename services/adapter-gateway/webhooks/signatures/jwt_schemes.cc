#include "services/adapter-gateway/webhooks/signatures/jwt_schemes.h"

#include <algorithm>
#include <optional>

#include "libs/crypto/base64.h"
#include "libs/crypto/constant_time.h"
#include "libs/crypto/digest.h"
#include "libs/crypto/hmac.h"
#include "libs/json/object.h"
#include "libs/jwt/base64url.h"
#include "libs/jwt/public_key.h"

namespace callimport::adapter_gateway {
namespace {

struct Token {
  std::string header;
  std::string payload;
  std::string signature;
  std::string_view signed_text;
};

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<Token> Split(std::string_view text) {
  const size_t first = text.find('.');
  const size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  auto header = jwt::FromBase64Url(text.substr(0, first));
  auto payload = jwt::FromBase64Url(text.substr(first + 1, second - first - 1));
  auto signature = jwt::FromBase64Url(text.substr(second + 1));
  if (!header || !payload || !signature) return std::nullopt;
  return Token{*std::move(header), *std::move(payload), *std::move(signature),
               text.substr(0, second)};
}

bool HasAlgorithm(const Token& token, const std::string& algorithm) {
  const auto document = json::Document::Parse(token.header);
  if (!document.ok() || document->root().kind() != json::Kind::kObject) return false;
  json::Faults faults;
  const json::Object header(document->root(), faults);
  // "crit" demands extensions that nobody here understands.
  return header.Text("alg") == algorithm && !header.Has("crit") && faults.status().ok();
}

// Line ends and the lines around PEM do not belong to the Base64.
absl::StatusOr<jwt::PublicKey> ParseKey(const Secret& text) {
  std::string base64;
  std::string_view rest = text.Reveal();
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    const std::string_view line = Trimmed(rest.substr(0, end));
    if (!line.starts_with("-----")) base64 += line;
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return jwt::PublicKey::RsaFromDer(crypto::FromBase64(base64).value_or(""));
}

std::string_view BearerOf(std::string_view authorization) {
  std::string_view text = Trimmed(authorization);
  if (text.starts_with("Bearer ")) text.remove_prefix(7);
  return Trimmed(text);
}

// What the vendor claims about a delivery that its key has signed.
SignatureFinding CheckClaims(const SignatureQuestion& question, const Token& token) {
  const auto document = json::Document::Parse(token.payload);
  if (!document.ok() || document->root().kind() != json::Kind::kObject) {
    return BadSignature("the token holds no claims");
  }
  json::Faults faults;
  const json::Object claims(document->root(), faults);
  const std::string digest = crypto::ToHex(crypto::Sha256(question.request.body));
  if (!crypto::EqualInConstantTime(claims.Text("body_sha256"), digest)) {
    return BadSignature("the token is of another body");
  }
  if (claims.Text("webhook_url") != question.url) {
    return BadSignature("the token is for another address");
  }
  const auto expires = claims.Integer("exp");
  const auto issued = claims.Integer("iat");
  if (!faults.status().ok()) return BadSignature("the token's claims are in no known form");
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(question.now.time_since_epoch()).count();
  const auto tolerance = std::chrono::seconds(kSignatureTolerance).count();
  if ((expires && *expires < now - tolerance) || (issued && *issued > now + tolerance)) {
    return {.verdict = SignatureVerdict::kTooOld, .note = "the token is not in its time"};
  }
  return {.verdict = SignatureVerdict::kGood, .content = question.request.body};
}

}  // namespace

SignatureFinding CheckTokenBody(const SignatureQuestion& question) {
  const auto token = Split(Trimmed(question.request.body));
  if (!token) return BadSignature("the body is no token");
  if (!HasAlgorithm(*token, "HS256")) return BadSignature("the token is not signed by HS256");
  for (const SigningSecret& secret : question.secrets) {
    if (!crypto::EqualInConstantTime(token->signature,
                                     crypto::HmacSha256(secret.text, token->signed_text))) {
      continue;
    }
    return {.verdict = SignatureVerdict::kGood, .secret_id = secret.id, .content = token->payload};
  }
  return BadSignature("the signature does not match");
}

SignatureFinding CheckAuthorizationToken(const SignatureQuestion& question) {
  const std::string authorization = HeaderOf(question.request, "authorization");
  if (authorization.empty()) return BadSignature("has no token");
  const auto token = Split(BearerOf(authorization));
  if (!token || !HasAlgorithm(*token, "RS256")) {
    return BadSignature("the token is not signed by RS256");
  }
  for (const SigningSecret& secret : question.secrets) {
    const auto key = ParseKey(secret.text);
    if (!key.ok() || !key->Verifies(token->signed_text, token->signature)) continue;
    SignatureFinding finding = CheckClaims(question, *token);
    if (finding.verdict == SignatureVerdict::kGood) finding.secret_id = secret.id;
    return finding;
  }
  return BadSignature("the signature does not match");
}

bool IsPublicKeyText(const Secret& text) { return ParseKey(text).ok(); }

}  // namespace callimport::adapter_gateway

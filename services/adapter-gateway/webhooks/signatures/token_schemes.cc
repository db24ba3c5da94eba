#include "services/adapter-gateway/webhooks/signatures/token_schemes.h"

#include "libs/crypto/constant_time.h"
#include "libs/json/text.h"

namespace callimport::adapter_gateway {
namespace {

constexpr char kToken[] = "token";
// "/hooks/retreaver/ID/SECRET"
constexpr int kSlashBefore = 4;
constexpr size_t kMaxShownBytes = 200;

// A public key, which a source may have besides, is none: anybody may know it. Keys are longer.
bool IsShownSecret(const Secret& text) {
  return !text.empty() && text.Reveal().size() <= kMaxShownBytes;
}

SignatureFinding Compare(const SignatureQuestion& question, const std::string& shown,
                         std::string content) {
  if (shown.empty()) return BadSignature("shows no secret");
  for (const SigningSecret& secret : question.secrets) {
    if (!IsShownSecret(secret.text) || !crypto::EqualInConstantTime(secret.text.Reveal(), shown))
      continue;
    return {
        .verdict = SignatureVerdict::kGood, .secret_id = secret.id, .content = std::move(content)};
  }
  return BadSignature("the secret does not match");
}

// The query as one JSON object, so that what is sent by GET reads as what is posted.
std::string QueryAsJson(const http::ServedRequest& request) {
  std::string json = "{";
  for (const auto& [name, value] : request.query) {
    if (name == kToken) continue;
    if (json.size() > 1) json += ",";
    json += json::Quote(name) + ":" + json::Quote(value);
  }
  return json + "}";
}

std::string FormAsJson(const http::ServedRequest& request) {
  return QueryAsJson({.query = http::ParseQuery(request.body)});
}

std::string ContentOf(const http::ServedRequest& request) {
  if (request.body.empty()) return QueryAsJson(request);
  const std::string type = HeaderOf(request, "content-type");
  return type.starts_with("application/x-www-form-urlencoded") ? FormAsJson(request) : request.body;
}

}  // namespace

std::string SecretInAddress(const http::ServedRequest& request) {
  size_t at = 0;
  for (int slash = 1; slash < kSlashBefore && at != std::string::npos; ++slash) {
    at = request.path.find('/', at + 1);
  }
  if (at != std::string::npos && at + 1 < request.path.size()) return request.path.substr(at + 1);
  const auto token = request.query.find(kToken);
  return token == request.query.end() ? "" : token->second;
}

SignatureFinding CheckVerificationToken(const SignatureQuestion& question) {
  std::string shown = HeaderOf(question.request, "verification-token");
  if (shown.empty()) shown = HeaderOf(question.request, "validation-token");
  return Compare(question, shown, question.request.body);
}

SignatureFinding CheckSecretInAddress(const SignatureQuestion& question) {
  return Compare(question, SecretInAddress(question.request), ContentOf(question.request));
}

}  // namespace callimport::adapter_gateway

#include "services/adapter-gateway/webhooks/signatures/handshakes.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "libs/crypto/digest.h"
#include "libs/crypto/hmac.h"
#include "libs/json/object.h"
#include "libs/json/text.h"
#include "services/adapter-gateway/webhooks/signatures/hmac_schemes.h"
#include "services/adapter-gateway/webhooks/signatures/token_schemes.h"

namespace callimport::adapter_gateway {
namespace {

constexpr char kValidationToken[] = "validation-token";
constexpr size_t kMaxTokenBytes = 1'024;

// It becomes a header of ours.
bool IsHeaderText(const std::string& text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7F; });
}

// Whoever may choose the text gets it signed, and signatures of deliveries hold colons: such a text
// is never signed here.
bool IsChallenge(const std::string& text) {
  return !text.empty() && text.size() <= kMaxTokenBytes &&
         std::ranges::all_of(text, [](unsigned char c) {
           return std::isalnum(c) ||
                  std::string_view("-_+/=").find(static_cast<char>(c)) != std::string_view::npos;
         });
}

}  // namespace

std::optional<http::ServedAnswer> EchoValidationToken(const SignatureQuestion& question) {
  const std::string token = HeaderOf(question.request, kValidationToken);
  if (token.empty() || token.size() > kMaxTokenBytes || !IsHeaderText(token)) return std::nullopt;
  if (CheckVerificationToken(question).verdict == SignatureVerdict::kGood) return std::nullopt;
  return http::ServedAnswer{.status = 200, .headers = {{"Validation-Token", token}}};
}

std::optional<http::ServedAnswer> AnswerZoomChallenge(const SignatureQuestion& question) {
  if (question.request.body.find("endpoint.url_validation") == std::string::npos) {
    return std::nullopt;
  }
  const auto document = json::Document::Parse(question.request.body);
  if (!document.ok() || document->root().kind() != json::Kind::kObject) return std::nullopt;
  json::Faults faults;
  const json::Object event(document->root(), faults);
  const std::string plain = event.Child("payload").Text("plainToken");
  if (event.Text("event") != "endpoint.url_validation" || !faults.status().ok()) {
    return std::nullopt;
  }
  const bool is_signed = !HeaderOf(question.request, "x-zm-signature").empty();
  if (question.secrets.empty() || !IsChallenge(plain) ||
      (is_signed && CheckZoomSignature(question).verdict != SignatureVerdict::kGood)) {
    return http::ServedAnswer{.status = 401};
  }
  const std::string made = crypto::ToHex(crypto::HmacSha256(question.secrets.front().text, plain));
  return http::ServedAnswer{
      .status = 200,
      .content_type = "application/json",
      .body = "{\"plainToken\":" + json::Quote(plain) + ",\"encryptedToken\":\"" + made + "\"}"};
}

}  // namespace callimport::adapter_gateway

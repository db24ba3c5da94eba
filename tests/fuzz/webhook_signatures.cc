#include "tests/fuzz/webhook_signatures.h"

#include <algorithm>
#include <string>
#include <vector>

#include "services/adapter-gateway/webhooks/signatures/handshakes.h"
#include "services/adapter-gateway/webhooks/signatures/hmac_schemes.h"
#include "services/adapter-gateway/webhooks/signatures/jwt_schemes.h"
#include "services/adapter-gateway/webhooks/signatures/token_schemes.h"
#include "tests/fuzz/promise.h"

namespace callimport::fuzz {
namespace {

using adapter_gateway::SignatureScheme;
using adapter_gateway::SignatureVerdict;
using adapter_gateway::SigningSecret;

constexpr SignatureScheme kSchemes[] = {
    adapter_gateway::CheckHubSignature,       adapter_gateway::CheckStandardWebhook,
    adapter_gateway::CheckOpenPhoneSignature, adapter_gateway::CheckZoomSignature,
    adapter_gateway::CheckVerificationToken,  adapter_gateway::CheckSecretInAddress,
    adapter_gateway::CheckTokenBody,          adapter_gateway::CheckAuthorizationToken};

// The first line is the path; then headers until an empty line; the rest is the body.
http::ServedRequest RequestOf(std::string_view text) {
  http::ServedRequest request{.method = "POST", .path = ""};
  const auto line = [&] {
    const size_t end = text.find('\n');
    std::string taken(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return taken;
  };
  request.path = line();
  while (!text.empty()) {
    const std::string header = line();
    if (header.empty()) break;
    const size_t colon = std::min(header.find(':'), header.size());
    request.headers.emplace(header.substr(0, colon),
                            colon < header.size() ? header.substr(colon + 1) : "");
  }
  request.body = std::string(text);
  request.query = http::ParseQuery(request.body.substr(0, 200));
  return request;
}

}  // namespace

void TryWebhookSignatures(const uint8_t* data, size_t size) {
  const std::string text = TextOf(data, size);
  const http::ServedRequest request = RequestOf(text);
  // 32 bytes that nobody guesses within the time of a run.
  const std::vector<SigningSecret> secrets = {
      {"1", Secret(std::string(16, '\x93') + std::string(16, '\x17'))}, {"2", Secret(text)}};
  const std::vector<SigningSecret> unknown = {secrets[0]};
  const Timestamp now(std::chrono::seconds(1'767'225'600));
  for (const SignatureScheme scheme : kSchemes) {
    Require(scheme({.request = request, .secrets = unknown, .now = now}).verdict !=
            SignatureVerdict::kGood);
    // As a key, the text is read too.
    static_cast<void>(scheme({.request = request, .secrets = secrets, .now = now}));
  }
  const adapter_gateway::SignatureQuestion question{
      .request = request, .secrets = unknown, .now = now};
  const auto challenge = adapter_gateway::AnswerZoomChallenge(question);
  Require(!challenge || challenge->status != 200 ||
          challenge->body.find("v0:") == std::string::npos);
  const auto echo = adapter_gateway::EchoValidationToken(question);
  Require(!echo || echo->headers.at("Validation-Token").find('\n') == std::string::npos);
  static_cast<void>(adapter_gateway::IsPublicKeyText(Secret(text)));
}

}  // namespace callimport::fuzz

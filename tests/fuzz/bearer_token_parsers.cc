#include "tests/fuzz/bearer_token_parsers.h"

#include <string>

#include "libs/jwt/base64url.h"
#include "libs/jwt/token.h"
#include "tests/fuzz/promise.h"

namespace callimport::fuzz {
namespace {

// RFC 8037, appendix A: whoever fuzzes does not sign with its private half.
const jwt::KeySet& Keys() {
  static const jwt::KeySet keys =
      *jwt::KeySet::Parse(R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k",)"
                          R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})");
  return keys;
}

void MustNotBeBelieved(const std::string& token) {
  const jwt::Demands demands{.issuer = "i", .audience = "a"};
  Require(
      !jwt::Verify(token, Keys(), demands, Timestamp(std::chrono::seconds(1'800'000'000))).ok());
}

}  // namespace

void TryBearerTokenParsers(const uint8_t* data, size_t size) {
  const std::string text = TextOf(data, size);
  const auto bytes = jwt::FromBase64Url(text);
  if (bytes) Require(jwt::ToBase64Url(*bytes) == text);
  Require(jwt::FromBase64Url(jwt::ToBase64Url(text)) == text);
  static_cast<void>(jwt::KeySet::Parse(text));
  MustNotBeBelieved(text);
  // Past the outer form: as header, and as claims behind a good one.
  const std::string signature(64, '\7');
  MustNotBeBelieved(jwt::ToBase64Url(text) + ".e30." + jwt::ToBase64Url(signature));
  MustNotBeBelieved(jwt::ToBase64Url(R"({"alg":"EdDSA","kid":"k"})") + "." +
                    jwt::ToBase64Url(text) + "." + jwt::ToBase64Url(signature));
}

}  // namespace callimport::fuzz

#include "services/adapter-gateway/webhooks/signatures/jwt_schemes.h"

#include <gmock/gmock.h>

#include "libs/crypto/digest.h"
#include "libs/jwt/token_forge_fixture.h"
#include "services/adapter-gateway/webhooks/signatures/signature_fixture.h"

namespace callimport::adapter_gateway {
namespace {

using Verdict = SignatureVerdict;

constexpr char kHs256[] = R"({"alg":"HS256","typ":"JWT"})";
constexpr char kRs256[] = R"({"alg":"RS256","typ":"JWT"})";
constexpr char kEvent[] = R"({"call_id":1,"state":"hangup"})";

SignatureCase TokenBody(const std::string& password, const std::string& header) {
  return {.body = jwt::TokenForge::SignWithPassword(password, header, kEvent),
          .secrets = {"dialpad-secret"}};
}

TEST(TokenBodyTest, GivesTheEventThatTheSecretSigned) {
  SignatureCase delivery = TokenBody("dialpad-secret", kHs256);
  delivery.body += "\n";
  const SignatureFinding finding = delivery.Ask(CheckTokenBody);
  EXPECT_EQ(finding.verdict, Verdict::kGood) << finding.note;
  EXPECT_EQ(finding.content, kEvent);
}

TEST(TokenBodyTest, BelievesNoOtherSecretAlgorithmOrExtension) {
  EXPECT_EQ(TokenBody("another", kHs256).Ask(CheckTokenBody).verdict, Verdict::kBad);
  for (const char* header : {R"({"alg":"none"})", R"({"alg":"HS512"})", R"({"alg":"hs256"})",
                             R"({})", R"([])", R"({"alg":"HS256","crit":["x"]})"}) {
    EXPECT_EQ(TokenBody("dialpad-secret", header).Ask(CheckTokenBody).verdict, Verdict::kBad)
        << header;
  }
}

TEST(TokenBodyTest, BelievesNoPlainJson) {
  const SignatureCase plain{.body = kEvent, .secrets = {"dialpad-secret"}};
  EXPECT_EQ(plain.Ask(CheckTokenBody).verdict, Verdict::kBad);
}

class AuthorizationTokenTest : public ::testing::Test {
 protected:
  std::string Claims(const std::string& more = "", const std::string& url = "") const {
    return R"({"webhook_url":")" + (url.empty() ? case_.url : url) + R"(","body_sha256":")" +
           crypto::ToHex(crypto::Sha256(case_.body)) + "\"" + more + "}";
  }
  Verdict Ask(const std::string& authorization) {
    case_.headers["authorization"] = authorization;
    return case_.Ask(CheckAuthorizationToken).verdict;
  }
  std::string Token(const std::string& claims) { return forge_.Sign("rsa", kRs256, claims); }

  jwt::TokenForge forge_;
  SignatureCase case_{.body = R"({"callData":{}})", .secrets = {forge_.PublicPem("rsa")}};
};

TEST_F(AuthorizationTokenTest, IsBelievedRawAndBehindBearer) {
  EXPECT_EQ(Ask(Token(Claims())), Verdict::kGood);
  EXPECT_EQ(Ask("Bearer " + Token(Claims())), Verdict::kGood);
}

TEST_F(AuthorizationTokenTest, TakesTheKeyAsOneLineOfBase64) {
  std::string key;
  for (const char c : case_.secrets[0].substr(case_.secrets[0].find('\n'))) {
    if (c == '-') break;
    if (c != '\n') key += c;
  }
  case_.secrets = {key};
  EXPECT_TRUE(IsPublicKeyText(Secret(key)));
  EXPECT_EQ(Ask(Token(Claims())), Verdict::kGood);
}

TEST_F(AuthorizationTokenTest, IsOfThisBodyAndForThisAddress) {
  const std::string token = Token(Claims());
  EXPECT_EQ(Ask(Token(Claims("", "https://other.example"))), Verdict::kBad);
  EXPECT_EQ(Ask(Token("{}")), Verdict::kBad);
  case_.body += " ";
  EXPECT_EQ(Ask(token), Verdict::kBad);
}

TEST_F(AuthorizationTokenTest, IsSignedByTheTenantsKey) {
  const jwt::TokenForge other;
  EXPECT_EQ(Ask(other.Sign("rsa", kRs256, Claims())), Verdict::kBad);
  EXPECT_EQ(Ask(forge_.Sign("ec", R"({"alg":"ES256"})", Claims())), Verdict::kBad);
  EXPECT_EQ(Ask(jwt::TokenForge::SignWithPassword(case_.secrets[0], kHs256, Claims())),
            Verdict::kBad);
  EXPECT_EQ(Ask(jwt::TokenForge::SignWithPassword(case_.secrets[0], kRs256, Claims())),
            Verdict::kBad);
}

TEST_F(AuthorizationTokenTest, IsInItsTimeWhereItSaysOne) {
  EXPECT_EQ(Ask(Token(Claims(R"(,"exp":1767225900,"iat":1767225600)"))), Verdict::kGood);
  EXPECT_EQ(Ask(Token(Claims(R"(,"exp":1767225299)"))), Verdict::kTooOld);
  EXPECT_EQ(Ask(Token(Claims(R"(,"iat":1767225901)"))), Verdict::kTooOld);
  EXPECT_EQ(Ask(Token(Claims(R"(,"exp":[])"))), Verdict::kBad);
}

}  // namespace
}  // namespace callimport::adapter_gateway

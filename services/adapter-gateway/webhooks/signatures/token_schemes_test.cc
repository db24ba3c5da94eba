#include "services/adapter-gateway/webhooks/signatures/token_schemes.h"

#include <gmock/gmock.h>

#include "services/adapter-gateway/webhooks/signatures/handshakes.h"
#include "services/adapter-gateway/webhooks/signatures/signature_fixture.h"

namespace callimport::adapter_gateway {
namespace {

using Verdict = SignatureVerdict;

TEST(TokenSchemesTest, TakeTheSecretUnderBothOfItsHeaders) {
  for (const char* header : {"verification-token", "validation-token"}) {
    SignatureCase delivery{.headers = {{header, "right"}}, .body = "{}", .secrets = {"right"}};
    EXPECT_EQ(delivery.Ask(CheckVerificationToken).verdict, Verdict::kGood);
    delivery.headers[header] = "wrong";
    EXPECT_EQ(delivery.Ask(CheckVerificationToken).verdict, Verdict::kBad);
    delivery.headers[header] = "";
    EXPECT_EQ(delivery.Ask(CheckVerificationToken).verdict, Verdict::kBad);
  }
}

TEST(TokenSchemesTest, FindTheSecretInPathOrQuery) {
  const SignatureCase in_path{
      .body = "{}", .secrets = {"s3cret"}, .path = "/hooks/grain/id/s3cret"};
  const SignatureCase in_query{.secrets = {"s3cret"},
                               .path = "/hooks/retreaver/id",
                               .query = {{"token", "s3cret"}, {"call_uuid", "a\"b"}}};
  EXPECT_EQ(in_path.Ask(CheckSecretInAddress).verdict, Verdict::kGood);
  EXPECT_EQ(in_path.Ask(CheckSecretInAddress).content, "{}");
  EXPECT_EQ(in_query.Ask(CheckSecretInAddress).verdict, Verdict::kGood);
  EXPECT_EQ(in_query.Ask(CheckSecretInAddress).content, R"({"call_uuid":"a\"b"})");
}

TEST(TokenSchemesTest, ReadAFormLikeAnObject) {
  const SignatureCase form{.headers = {{"content-type", "application/x-www-form-urlencoded"}},
                           .body = "call_uuid=c%201&token=x",
                           .secrets = {"s"},
                           .path = "/hooks/retreaver/id/s"};
  EXPECT_EQ(form.Ask(CheckSecretInAddress).content, R"({"call_uuid":"c 1"})");
}

TEST(TokenSchemesTest, AnEmptySecretIsNone) {
  const SignatureCase delivery{.secrets = {""}, .path = "/hooks/grain/id/"};
  EXPECT_EQ(delivery.Ask(CheckSecretInAddress).verdict, Verdict::kBad);
}

// Gong's key for signed headers stands beside the secret of its address.
TEST(TokenSchemesTest, APublicKeyIsNoSecret) {
  const std::string key(392, 'M');
  const SignatureCase delivery{.secrets = {key}, .path = "/hooks/gong/id/" + key};
  EXPECT_EQ(delivery.Ask(CheckSecretInAddress).verdict, Verdict::kBad);
}

TEST(HandshakesTest, RingCentralGetsItsTokenBack) {
  const SignatureCase question{.headers = {{"validation-token", "of the vendor"}},
                               .secrets = {"ours"}};
  const auto answer = question.Put(EchoValidationToken);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->headers.at("Validation-Token"), "of the vendor");
}

TEST(HandshakesTest, ADeliveryThatShowsTheSecretAsValidationTokenIsNone) {
  const SignatureCase question{.headers = {{"validation-token", "ours"}}, .secrets = {"ours"}};
  EXPECT_FALSE(question.Put(EchoValidationToken));
}

TEST(HandshakesTest, NoHeaderOfOursIsMadeOfLineEnds) {
  const SignatureCase question{.headers = {{"validation-token", "a\r\nSet-Cookie: x"}}};
  EXPECT_FALSE(question.Put(EchoValidationToken));
}

SignatureCase Challenge(const std::string& plain) {
  return {
      .body = R"({"event":"endpoint.url_validation","payload":{"plainToken":")" + plain + R"("}})",
      .secrets = {"zoom-secret", "an older one"}};
}

TEST(HandshakesTest, ZoomGetsItsTextSigned) {
  const auto answer = Challenge("qgg8vlvZRS6UYooatFL8Aw").Put(AnswerZoomChallenge);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, R"({"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":)"
                          R"("b17f0320a1322a509340a1a835b3d9edbc491f0b0790ed2d20d0604d39dfe922"})");
}

// Else anybody could have a delivery of his own signed, and send it.
TEST(HandshakesTest, NoDeliveryIsSignedAsAChallenge) {
  const auto answer = Challenge("v0:1767225600:{}").Put(AnswerZoomChallenge);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 401);
  EXPECT_EQ(answer->body, "");
}

TEST(HandshakesTest, AChallengeWithAWrongSignatureIsRefused) {
  SignatureCase challenge = Challenge("abc");
  challenge.headers = {{"x-zm-signature", "v0=00"}, {"x-zm-request-timestamp", "1767225600"}};
  EXPECT_EQ(challenge.Put(AnswerZoomChallenge)->status, 401);
}

}  // namespace
}  // namespace callimport::adapter_gateway

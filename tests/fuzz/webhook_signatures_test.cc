#include "tests/fuzz/webhook_signatures.h"

#include <gtest/gtest.h>

#include <string>

#include "libs/jwt/token_forge_fixture.h"
#include "tests/fuzz/bending.h"

namespace callimport::fuzz {
namespace {

TEST(WebhookSignaturesFuzzTest, BentDeliveriesBreakNoPromise) {
  const jwt::TokenForge forge;
  TryBent(TryWebhookSignatures,
          {std::string("/hooks/a/b/secret\nwebhook-id:1\nwebhook-timestamp:1767225600\n"
                       "webhook-signature:v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\n\n{}"),
           std::string("/\nx-zm-request-timestamp:1767225600\nx-zm-signature:v0=2aea9f\n\n"
                       R"({"event":"endpoint.url_validation","payload":{"plainToken":"abc"}})"),
           std::string("/\nopenphone-signature:hmac;1;1767225600000;yNiq,hmac;1;1;A=\n\n{}"),
           std::string("/\nx-hub-signature:sha256=00ff\nvalidation-token:x\n\n{}"),
           "/\n\n" + jwt::TokenForge::SignWithPassword("p", R"({"alg":"HS256"})", "{}"),
           "/\nauthorization:Bearer " + forge.Mint("rsa", "{}") + "\n\n{}", forge.PublicPem("rsa"),
           std::string()},
          11);
}

}  // namespace
}  // namespace callimport::fuzz

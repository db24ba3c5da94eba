#include "tests/fuzz/webhook_signatures.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "libs/jwt/token_forge_fixture.h"

namespace callimport::fuzz {
namespace {

void Try(const std::string& text) {
  TryWebhookSignatures(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

TEST(WebhookSignaturesFuzzTest, BentDeliveriesBreakNoPromise) {
  const jwt::TokenForge forge;
  std::minstd_rand random(11);
  for (const std::string& good :
       {std::string("/hooks/a/b/secret\nwebhook-id:1\nwebhook-timestamp:1767225600\n"
                    "webhook-signature:v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\n\n{}"),
        std::string("/\nx-zm-request-timestamp:1767225600\nx-zm-signature:v0=2aea9f\n\n"
                    R"({"event":"endpoint.url_validation","payload":{"plainToken":"abc"}})"),
        std::string("/\nopenphone-signature:hmac;1;1767225600000;yNiq,hmac;1;1;A=\n\n{}"),
        std::string("/\nx-hub-signature:sha256=00ff\nvalidation-token:x\n\n{}"),
        "/\n\n" + jwt::TokenForge::SignWithPassword("p", R"({"alg":"HS256"})", "{}"),
        "/\nauthorization:Bearer " + forge.Mint("rsa", "{}") + "\n\n{}", forge.PublicPem("rsa"),
        std::string()}) {
    Try(good);
    for (int round = 0; round < 300; ++round) {
      std::string bent = good;
      for (int change = 0; change <= round % 4; ++change) {
        const size_t place = bent.empty() ? 0 : random() % bent.size();
        if (random() % 3 == 0)
          bent.insert(place, 1, static_cast<char>(random()));
        else if (random() % 2 == 0 && !bent.empty())
          bent.erase(place, 1 + random() % 8);
        else if (!bent.empty())
          bent[place] = static_cast<char>(random());
      }
      Try(bent);
    }
  }
}

}  // namespace
}  // namespace callimport::fuzz

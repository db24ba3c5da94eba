#include "services/adapter-gateway/vendor/egress_rules.h"

#include <gtest/gtest.h>

#include "libs/testing/status_matchers.h"

namespace callimport::adapter_gateway {
namespace {

using testing::HasReason;
using testing::IsOk;

class EgressRulesTest : public ::testing::Test {
 protected:
  EgressRules production_{{"api.gong.io", "*.api.gong.io"}, {}, false};
  EgressRules local_{{"api.gong.io"}, {"127.0.0.1:18080"}, true};
};

TEST_F(EgressRulesTest, LetTheVendorsHostsBeAsked) {
  for (const char* url : {"https://api.gong.io", "https://API.gong.io/v2/calls",
                          "https://us-12345.api.gong.io/v2", "https://api.gong.io:443/"}) {
    const auto permit = production_.CheckApi(url);
    ASSERT_THAT(permit, IsOk()) << url;
    EXPECT_TRUE(permit->public_addresses_only) << url;
  }
}

TEST_F(EgressRulesTest, RefuseOtherHostsForTheInterface) {
  for (const char* url :
       {"http://api.gong.io", "https://gong.io", "https://api.gong.io.evil.example",
        "https://evilapi.gong.io", "https://api.gong.io:8443", "https://127.0.0.1:18080"}) {
    EXPECT_THAT(production_.CheckApi(url), HasReason("ADDRESS_REFUSED")) << url;
  }
  EXPECT_THAT(production_.CheckApi("https://api.gong.io@evil.example"),
              HasReason("ADDRESS_INVALID"));
}

TEST_F(EgressRulesTest, LetRecordingsBeFetchedFromAnyPublicHostOverTls) {
  EXPECT_TRUE(production_.CheckMedia("https://storage.example/a.mp3?sig=1")->public_addresses_only);
  EXPECT_THAT(production_.CheckMedia("http://storage.example/a.mp3"), HasReason("ADDRESS_REFUSED"));
}

TEST_F(EgressRulesTest, LetAllowedHostsBePrivateAndPlain) {
  EXPECT_FALSE(local_.CheckApi("http://127.0.0.1:18080/v2")->public_addresses_only);
  EXPECT_FALSE(local_.CheckMedia("http://127.0.0.1:18080/media/1")->public_addresses_only);
  EXPECT_THAT(local_.CheckApi("http://127.0.0.1:18081"), HasReason("ADDRESS_REFUSED"));
  EXPECT_THAT(local_.CheckMedia("http://127.0.0.1:5432"), HasReason("ADDRESS_REFUSED"));
}

}  // namespace
}  // namespace callimport::adapter_gateway

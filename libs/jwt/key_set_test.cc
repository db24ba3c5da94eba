#include "libs/jwt/key_set.h"

#include "libs/jwt/token_forge_fixture.h"
#include "libs/testing/status_matchers.h"

namespace callimport::jwt {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;

const TokenForge& Forge() {
  static const TokenForge forge;
  return forge;
}

std::string SetOf(const std::string& keys) { return R"({"keys":[)" + keys + "]}"; }

TEST(KeySetTest, ReadsTheThreeKindsOfKeys) {
  const auto keys = KeySet::Parse(Forge().KeySetJson());

  ASSERT_THAT(keys, IsOk());
  ASSERT_EQ(keys->size(), 3u);
  EXPECT_EQ(keys->Find("ed")->algorithm(), "EdDSA");
  EXPECT_EQ(keys->Find("ec")->algorithm(), "ES256");
  EXPECT_EQ(keys->Find("rsa")->algorithm(), "RS256");
  EXPECT_EQ(keys->Find("other"), nullptr);
}

TEST(KeySetTest, PassesOverKeysForOtherUses) {
  const auto keys = KeySet::Parse(SetOf(
      Forge().KeyJson("ed") +
      R"(,{"kty":"EC","crv":"P-384","kid":"a","x":"","y":""},{"kty":"quantum","kid":"b"},)" +
      R"({"kty":"RSA","kid":"c","use":"enc","n":"","e":""},{"kty":"RSA","kid":"d","alg":"PS256"})"));

  ASSERT_THAT(keys, IsOk());
  EXPECT_EQ(keys->size(), 1u);
}

TEST(KeySetTest, RefusesASetThatHoldsAPrivateOrSharedKey) {
  EXPECT_THAT(KeySet::Parse(SetOf(Forge().KeyJson("ed") + R"(,{"kty":"oct","kid":"s","k":"YQ"})")),
              HasReason("KEY_SET_INVALID"));
  EXPECT_THAT(KeySet::Parse(SetOf(R"({"kty":"OKP","crv":"Ed25519","kid":"s","x":"","d":"YQ"})")),
              HasReason("KEY_SET_INVALID"));
}

TEST(KeySetTest, AnEmptyListBelievesNobody) {
  const auto keys = KeySet::Parse(SetOf(""));

  ASSERT_THAT(keys, IsOk());
  EXPECT_EQ(keys->size(), 0u);
}

TEST(KeySetTest, RefusesWhatIsNoKeySet) {
  const std::string ed = Forge().KeyJson("ed");
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("[]"), std::string("not json"), SetOf("null"),
        SetOf(ed + "," + ed), SetOf("1"),
        SetOf(R"({"kty":"OKP","crv":"Ed25519","kid":"a","x":"YQ"})"),
        SetOf(R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"),
        SetOf(R"({"kty":"RSA","kid":7,"n":"AQAB","e":"AQAB"})"), std::string(300'000, ' ')}) {
    EXPECT_THAT(KeySet::Parse(text), HasReason("KEY_SET_INVALID")) << text.substr(0, 200);
  }
}

}  // namespace
}  // namespace callimport::jwt

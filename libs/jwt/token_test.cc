#include "libs/jwt/token.h"

#include "libs/jwt/base64url.h"
#include "libs/jwt/token_forge_fixture.h"
#include "libs/testing/status_matchers.h"

namespace callimport::jwt {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::Optional;

constexpr int64_t kNow = 1'800'000'000;
constexpr char kGood[] =
    R"({"iss":"https://id.example","aud":"callimport","exp":1800000600,"nbf":1800000000,)"
    R"("iat":1800000000,"sub":"dana","role":"SUPPORT"})";

class TokenTest : public ::testing::Test {
 protected:
  absl::StatusOr<Claims> Read(const std::string& token, int64_t now = kNow) const {
    return Verify(token, keys_, demands_, Timestamp(seconds(now)));
  }
  absl::StatusOr<Claims> ReadClaims(const std::string& claims, int64_t now = kNow) const {
    return Read(forge_.Mint("ed", claims), now);
  }
  // The good claims with more of them, before or instead of the others.
  static std::string With(const std::string& more) { return "{" + more + "," + (kGood + 1); }

  const TokenForge& forge_ = Forge();
  const KeySet keys_ = *KeySet::Parse(Forge().KeySetJson());
  const Demands demands_{.issuer = "https://id.example", .audience = "callimport"};

 private:
  static const TokenForge& Forge() {
    static const TokenForge forge;
    return forge;
  }
};

TEST_F(TokenTest, IsBelievedWhenSignedByAKeyOfTheSet) {
  for (const char* key : {"ed", "ec", "rsa"}) {
    const auto claims = Read(forge_.Mint(key, kGood));

    ASSERT_THAT(claims, IsOk()) << key;
    EXPECT_THAT(claims->Text("sub"), Optional(std::string("dana")));
    EXPECT_EQ(claims->expires_at(), Timestamp(seconds(kNow + 600)));
  }
}

TEST_F(TokenTest, CannotChooseItsAlgorithm) {
  // The classic attack: the public key, which everybody has, as the password of HS256.
  const std::string hs256 = R"({"alg":"HS256","kid":"rsa"})";
  EXPECT_THAT(Read(TokenForge::SignWithPassword(forge_.PublicPem("rsa"), hs256, kGood)),
              HasReason("TOKEN_INVALID"));
  for (const char* algorithm : {"none", "None", "HS256", "RS256", "ES256", "ES384", "PS256", ""}) {
    const std::string header = std::string(R"({"alg":")") + algorithm + R"(","kid":"ed"})";
    EXPECT_THAT(Read(forge_.Sign("ed", header, kGood)), HasReason("TOKEN_INVALID")) << algorithm;
    EXPECT_THAT(Read(ToBase64Url(header) + "." + ToBase64Url(kGood) + "."),
                HasReason("TOKEN_INVALID"));
  }
  EXPECT_THAT(Read(forge_.Sign("ed", R"({"kid":"ed"})", kGood)), HasReason("TOKEN_INVALID"));
}

TEST_F(TokenTest, MustNameAKeyOfTheSet) {
  EXPECT_THAT(Read(forge_.Sign("ed", R"({"alg":"EdDSA"})", kGood)), HasReason("TOKEN_INVALID"));
  EXPECT_THAT(Read(forge_.Sign("ed", R"({"alg":"EdDSA","kid":"other"})", kGood)),
              HasReason("TOKEN_INVALID"));
  // Nor bring one along.
  EXPECT_THAT(
      Read(forge_.Sign("ed", R"({"alg":"EdDSA","jwk":)" + forge_.KeyJson("ed") + "}", kGood)),
      HasReason("TOKEN_INVALID"));
  const TokenForge stranger;
  EXPECT_THAT(Read(stranger.Mint("ed", kGood)), HasReason("TOKEN_INVALID"));
}

TEST_F(TokenTest, IsRefusedWhenAnyLetterOfItWasChanged) {
  const std::string token = forge_.Mint("ed", kGood);
  for (size_t i = 0; i < token.size(); ++i) {
    std::string bent = token;
    bent[i] = bent[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(Read(bent), ::testing::Not(IsOk())) << i;
  }
}

TEST_F(TokenTest, LivesUntilItExpiresAndAsLongAsClocksDiffer) {
  const std::string token = forge_.Mint("ed", kGood);

  EXPECT_THAT(Read(token, kNow + 629), IsOk());
  EXPECT_THAT(Read(token, kNow + 630), HasReason("TOKEN_EXPIRED"));
  EXPECT_THAT(Read(token, kNow - 30), IsOk());
  EXPECT_THAT(Read(token, kNow - 31), HasReason("TOKEN_INVALID"));
}

TEST_F(TokenTest, MustSayWhenItExpires) {
  const std::string who = R"({"iss":"https://id.example","aud":"callimport")";
  for (const char* exp : {"", R"(,"exp":"1800000600")", R"(,"exp":null)", R"(,"exp":-1)",
                          R"(,"exp":99999999999999999999)", R"(,"exp":1e20)", R"(,"exp":true)"}) {
    EXPECT_THAT(ReadClaims(who + exp + "}"), HasReason("TOKEN_INVALID")) << exp;
  }
  EXPECT_THAT(ReadClaims(who + R"(,"exp":1800000600.5})"), IsOk());
}

TEST_F(TokenTest, IssuedLaterOrValidLaterIsRefused) {
  const std::string who = R"({"iss":"https://id.example","aud":"callimport","exp":1800000600)";
  EXPECT_THAT(ReadClaims(who + R"(,"nbf":1800000031})"), HasReason("TOKEN_INVALID"));
  EXPECT_THAT(ReadClaims(who + R"(,"iat":1800000031})"), HasReason("TOKEN_INVALID"));
  EXPECT_THAT(ReadClaims(who + R"(,"nbf":"soon"})"), HasReason("TOKEN_INVALID"));
  EXPECT_THAT(ReadClaims(who + "}"), IsOk());
}

TEST_F(TokenTest, MustBeOfOurIssuerAndForUs) {
  const std::string rest = R"(,"exp":1800000600})";
  for (const char* who :
       {R"({"iss":"https://id.example/","aud":"callimport")", R"({"iss":"","aud":"callimport")",
        R"({"aud":"callimport")", R"({"iss":["https://id.example"],"aud":"callimport")",
        R"({"iss":"https://id.example")", R"({"iss":"https://id.example","aud":"callimport2")",
        R"({"iss":"https://id.example","aud":[])", R"({"iss":"https://id.example","aud":["a",1])",
        R"({"iss":"https://id.example","aud":["a","b"])"}) {
    EXPECT_THAT(ReadClaims(who + rest), HasReason("TOKEN_INVALID")) << who;
  }
  EXPECT_THAT(ReadClaims(R"({"iss":"https://id.example","aud":["a","callimport"])" + rest), IsOk());
}

TEST_F(TokenTest, ThatSaysAThingTwiceIsRefused) {
  EXPECT_THAT(ReadClaims(With(R"("role":"AUDITOR")")), HasReason("TOKEN_INVALID"));
  EXPECT_THAT(ReadClaims(With(R"("r\u006fle":"AUDITOR")")), HasReason("TOKEN_INVALID"));
  EXPECT_THAT(Read(forge_.Sign("ed", R"({"alg":"EdDSA","alg":"none","kid":"ed"})", kGood)),
              HasReason("TOKEN_INVALID"));
}

TEST_F(TokenTest, OfAnUnknownKindIsRefused) {
  for (const char* more : {R"("crit":["exp"])", R"("typ":"dpop+jwt")", R"("typ":7)"}) {
    const std::string header = std::string(R"({"alg":"EdDSA","kid":"ed",)") + more + "}";
    EXPECT_THAT(Read(forge_.Sign("ed", header, kGood)), HasReason("TOKEN_INVALID")) << more;
  }
}

TEST_F(TokenTest, OfAnyOtherFormIsRefused) {
  const std::string good = forge_.Mint("ed", kGood);
  for (const std::string& text :
       {std::string(), std::string("."), std::string(".."), std::string("..."), "." + good,
        good + ".", good + "=", " " + good, std::string("a.b.c"), good.substr(0, good.rfind('.')),
        good.substr(0, good.rfind('.') + 1), std::string(kMaxTokenBytes + 1, 'A'),
        forge_.Mint("ed", "[]"), forge_.Mint("ed", "\"x\""), forge_.Mint("ed", "{")}) {
    EXPECT_THAT(Read(text), HasReason("TOKEN_INVALID")) << text.substr(0, 100);
  }
}

TEST_F(TokenTest, ErrorsShowNothingOfIt) {
  const auto status =
      ReadClaims(R"({"iss":"canary-issuer","aud":"canary-audience","exp":1800000600})").status();
  EXPECT_EQ(status.ToString().find("canary"), std::string::npos);
}

TEST_F(TokenTest, ReadsATextOrAListOfTexts) {
  const auto claims = ReadClaims(With(R"("one":"a","many":["a","b"],"mixed":["a",1],"none":null)"));

  ASSERT_THAT(claims, IsOk());
  EXPECT_THAT(claims->Texts("one"), Optional(ElementsAre("a")));
  EXPECT_THAT(claims->Texts("many"), Optional(ElementsAre("a", "b")));
  EXPECT_FALSE(claims->Texts("mixed"));
  EXPECT_FALSE(claims->Texts("none"));
  EXPECT_FALSE(claims->Texts("missing"));
  EXPECT_FALSE(claims->Text("many"));
}

}  // namespace
}  // namespace callimport::jwt

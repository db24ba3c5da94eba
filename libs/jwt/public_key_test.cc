#include "libs/jwt/public_key.h"

#include "libs/jwt/base64url.h"
#include "libs/testing/status_matchers.h"

namespace callimport::jwt {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;

std::string Decoded(const std::string& text) { return FromBase64Url(text).value(); }

// RFC 7515, appendix A.2 and A.3: the same payload.
constexpr char kPayload[] =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf"
    "Q";

constexpr char kModulus[] =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4"
    "QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdb"
    "BYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-D"
    "WNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";

PublicKey RfcEd25519() {
  return *PublicKey::Ed25519(Decoded("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"));
}
PublicKey RfcP256() {
  return *PublicKey::P256(Decoded("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                          Decoded("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"));
}
PublicKey RfcRsa() { return *PublicKey::Rsa(Decoded(kModulus), Decoded("AQAB")); }

struct Published {
  PublicKey key;
  std::string message;
  std::string signature;
};

std::vector<Published> AllPublished() {
  return {
      // RFC 8037, appendix A.4.
      {RfcEd25519(), "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
       Decoded("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_"
               "MuM0KAg")},
      {RfcP256(), std::string("eyJhbGciOiJFUzI1NiJ9.") + kPayload,
       Decoded("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-"
               "Kg6NU1Q")},
      {RfcRsa(), std::string("eyJhbGciOiJSUzI1NiJ9.") + kPayload,
       Decoded("cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_"
               "lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_"
               "nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--"
               "xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqV"
               "t5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw")},
  };
}

TEST(PublicKeyTest, AcceptsThePublishedSignatures) {
  for (const Published& published : AllPublished()) {
    EXPECT_TRUE(published.key.Verifies(published.message, published.signature))
        << published.key.algorithm();
  }
}

TEST(PublicKeyTest, OneFlippedBitAnywhereIsRefused) {
  for (const Published& published : AllPublished()) {
    for (size_t i = 0; i < published.signature.size(); ++i) {
      std::string bent = published.signature;
      bent[i] = static_cast<char>(bent[i] ^ 1);
      EXPECT_FALSE(published.key.Verifies(published.message, bent)) << i;
    }
    EXPECT_FALSE(published.key.Verifies(published.message + "A", published.signature));
    EXPECT_FALSE(published.key.Verifies(published.message, published.signature + "A"));
    EXPECT_FALSE(published.key.Verifies(published.message, ""));
  }
}

TEST(PublicKeyTest, NoKeyChecksTheSignatureOfAnotherKind) {
  for (const Published& own : AllPublished()) {
    for (const Published& other : AllPublished()) {
      EXPECT_EQ(own.key.Verifies(other.message, other.signature),
                own.key.algorithm() == other.key.algorithm());
    }
  }
}

TEST(PublicKeyTest, RefusesASignatureOfZeros) {
  EXPECT_FALSE(RfcP256().Verifies("message", std::string(64, '\0')));
  EXPECT_FALSE(RfcEd25519().Verifies("message", std::string(64, '\0')));
  EXPECT_FALSE(RfcRsa().Verifies("message", std::string(256, '\0')));
}

TEST(PublicKeyTest, RefusesWhatIsNoKeyOrTooWeakAOne) {
  const std::string n = Decoded(kModulus);
  EXPECT_THAT(PublicKey::Ed25519("short"), HasReason("KEY_INVALID"));
  EXPECT_THAT(PublicKey::P256(std::string(32, '\1'), std::string(32, '\2')),
              HasReason("KEY_INVALID"));
  EXPECT_THAT(PublicKey::P256(std::string(32, '\0'), std::string(32, '\0')),
              HasReason("KEY_INVALID"));
  EXPECT_THAT(PublicKey::P256("x", "y"), HasReason("KEY_INVALID"));
  EXPECT_THAT(PublicKey::Rsa(n.substr(0, 128), Decoded("AQAB")), HasReason("KEY_INVALID"));
  EXPECT_THAT(PublicKey::Rsa(std::string(2000, '\7'), Decoded("AQAB")), HasReason("KEY_INVALID"));
  EXPECT_THAT(PublicKey::Rsa(n, "\1"), HasReason("KEY_INVALID"));
  EXPECT_THAT(PublicKey::Rsa(n, "\2"), HasReason("KEY_INVALID"));
  EXPECT_THAT(PublicKey::Rsa(n, ""), HasReason("KEY_INVALID"));
  EXPECT_THAT(PublicKey::Rsa(n, "\3"), IsOk());
}

}  // namespace
}  // namespace callimport::jwt

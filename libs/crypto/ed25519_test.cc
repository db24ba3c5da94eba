#include "libs/crypto/ed25519.h"

#include "libs/crypto/digest.h"
#include "libs/testing/status_matchers.h"

namespace callimport::crypto {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;

// RFC 8032, section 7.1, test 1, as PKCS #8.
constexpr char kPem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";

TEST(Ed25519Test, SignsAsThePublishedVectorSays) {
  const auto key = Ed25519Key::FromPem(Secret(kPem));

  ASSERT_THAT(key, IsOk());
  EXPECT_EQ(ToHex(key->public_key()),
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  EXPECT_EQ(
      ToHex(key->Sign("")),
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e397"
      "01cf9b46bd25bf5f0595bbe24655141438e7a100b");
}

TEST(Ed25519Test, AChangedMessageSignatureOrKeyDoesNotVerify) {
  const Ed25519Key key = Ed25519Key::Generate();
  const std::string signature = key.Sign("head 7");
  std::string changed = signature;
  changed[10] ^= 1;

  EXPECT_TRUE(VerifyEd25519(key.public_key(), "head 7", signature));
  EXPECT_FALSE(VerifyEd25519(key.public_key(), "head 8", signature));
  EXPECT_FALSE(VerifyEd25519(key.public_key(), "head 7", changed));
  EXPECT_FALSE(VerifyEd25519(Ed25519Key::Generate().public_key(), "head 7", signature));
  EXPECT_FALSE(VerifyEd25519("short", "head 7", signature));
  EXPECT_FALSE(VerifyEd25519(key.public_key(), "head 7", ""));
}

TEST(Ed25519Test, OtherTextIsNoKey) {
  EXPECT_THAT(Ed25519Key::FromPem(Secret("")), HasReason("KEY_INVALID"));
  EXPECT_THAT(Ed25519Key::FromPem(Secret("-----BEGIN PRIVATE KEY-----\nAAAA\n")),
              HasReason("KEY_INVALID"));
}

}  // namespace
}  // namespace callimport::crypto

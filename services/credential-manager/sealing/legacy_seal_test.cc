#include "services/credential-manager/sealing/legacy_seal.h"

#include "libs/crypto/hex.h"
#include "libs/testing/status_matchers.h"
#include "services/credential-manager/sealing/sealer.h"

namespace callimport::credential_manager {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;

// Made by Node's crypto.createCipheriv("aes-256-gcm") with an IV of 16 bytes.
constexpr char kKey[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const std::string kIv = "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf";
const std::string kTag = "cc753d7cce18e8a206c8c979ee15ec59";
const std::string kSealed =
    "518142df7ba8be059cf57ac8cf2eaffce722221a07193ac984304694785645e27fe2b908f0aae0ce8b6a42c7"
    "6c608dd269f90e01a660d901ba1b0f11ce11c58d55bcd42e2aa9c718edff603a19c6c4df9e4b8a837b7bb7d498";

std::string Triple(const std::string& iv, const std::string& tag, const std::string& data) {
  return R"({"iv":")" + iv + R"(","authTag":")" + tag + R"(","data":")" + data + R"("})";
}

const Secret& Key() {
  static const Secret key(*crypto::FromHex(kKey));
  return key;
}

TEST(LegacySealTest, OpensWhatTheProgramBeforeHasSealed) {
  const auto fields = OpenLegacy(Key(), Triple(kIv, kTag, kSealed));

  ASSERT_THAT(fields, IsOk());
  EXPECT_EQ(fields->at("access_key").Reveal(), "legacy-key");
  EXPECT_EQ(fields->at("access_key_secret").Reveal(), "sécret \"quoted\"");
  EXPECT_EQ(fields->at("expires").Reveal(), "1767225600");
}

TEST(LegacySealTest, StaysShutWhenAnythingIsWrong) {
  const std::string other(32, '0');
  for (const std::string& triple :
       {Triple(other, kTag, kSealed), Triple(kIv, other, kSealed), Triple(kIv, kTag, "00"),
        Triple(kIv.substr(8), kTag, kSealed), Triple(kIv, kTag.substr(2), kSealed),
        Triple(kIv, kTag.substr(0, 8), kSealed), Triple(kIv, "", kSealed),
        Triple(kIv + "0", kTag, kSealed), Triple("zz", kTag, kSealed), std::string("{}"),
        std::string("[]"), std::string(), std::string("{\"iv\":7}")}) {
    EXPECT_THAT(OpenLegacy(Key(), triple), HasReason("SEAL_BROKEN")) << triple;
  }
  EXPECT_THAT(OpenLegacy(Secret(), Triple(kIv, kTag, kSealed)), HasReason("SEAL_BROKEN"));
}

TEST(LegacySealTest, TheSealerOpensItWithTheConfiguredKeyAlone) {
  const crypto::Envelope old{.version = kLegacyVersion,
                             .key_id = kLegacyKeyId,
                             .wrapped_key = "",
                             .ciphertext = Triple(kIv, kTag, kSealed)};
  const Sealer without(crypto::Keyset{"k1", {{"k1", Secret(std::string(32, 'x'))}}});
  const Sealer with(without.keys(), nullptr, Key());

  EXPECT_TRUE(Sealer::IsOutdated(old));
  EXPECT_THAT(with.Open({"acme", "gong", "id-1"}, old), IsOk());
  EXPECT_THAT(without.Open({"acme", "gong", "id-1"}, old), HasReason("CREDENTIAL_UNREADABLE"));
}

}  // namespace
}  // namespace callimport::credential_manager

#include "services/credential-manager/sealing/sealer.h"

#include "libs/crypto/random.h"
#include "libs/testing/status_matchers.h"

namespace callimport::credential_manager {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;

class SealerTest : public ::testing::Test {
 protected:
  const Sealer sealer_{crypto::Keyset{"k1", {{"k1", Secret(crypto::RandomBytes(32))}}}};
  const SealedFor owner_{"acme", "gong", "id-1"};
  const SecretFields fields_{{"access_key", Secret("key")}, {"access_key_secret", Secret("")}};
};

TEST_F(SealerTest, OpensWhatItSealed) {
  const auto opened = sealer_.Open(owner_, sealer_.Seal(owner_, fields_));

  ASSERT_THAT(opened, IsOk());
  ASSERT_EQ(opened->size(), 2u);
  EXPECT_EQ(opened->at("access_key").Reveal(), "key");
  EXPECT_EQ(opened->at("access_key_secret").Reveal(), "");
}

TEST_F(SealerTest, DoesNotOpenForAnotherTenantPlatformOrCredential) {
  const auto envelope = sealer_.Seal(owner_, fields_);
  for (const SealedFor& thief :
       {SealedFor{"globex", "gong", "id-1"}, SealedFor{"acme", "zoom", "id-1"},
        SealedFor{"acme", "gong", "id-2"}}) {
    EXPECT_THAT(sealer_.Open(thief, envelope), HasReason("CREDENTIAL_UNREADABLE"));
  }
}

}  // namespace
}  // namespace callimport::credential_manager

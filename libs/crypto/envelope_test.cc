#include "libs/crypto/envelope.h"

#include "libs/crypto/aead.h"
#include "libs/crypto/random.h"
#include "libs/testing/status_matchers.h"

namespace callimport::crypto {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;

class EnvelopeTest : public ::testing::Test {
 protected:
  const Keyset keyset_{
      "k2", {{"k1", Secret(RandomBytes(kKeyBytes))}, {"k2", Secret(RandomBytes(kKeyBytes))}}};
  const std::vector<std::string> owner_{"acme", "gong", "id-1"};
  const Envelope envelope_ = SealEnvelope(keyset_, Secret("hunter2"), owner_);
};

TEST_F(EnvelopeTest, OpensForItsOwner) {
  const auto opened = OpenEnvelope(keyset_, envelope_, owner_);

  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->Reveal(), "hunter2");
  EXPECT_EQ(envelope_.key_id, "k2");
}

TEST_F(EnvelopeTest, StillOpensAfterAnotherKeyBecamePrimary) {
  Keyset rotated = keyset_;
  rotated.primary_id = "k1";
  EXPECT_THAT(OpenEnvelope(rotated, envelope_, owner_), IsOk());
}

TEST_F(EnvelopeTest, ARowCopiedToAnotherOwnerStaysShut) {
  EXPECT_THAT(OpenEnvelope(keyset_, envelope_, {"globex", "gong", "id-1"}),
              HasReason("SEAL_BROKEN"));
  EXPECT_THAT(OpenEnvelope(keyset_, envelope_, {"acmegong", "", "id-1"}), HasReason("SEAL_BROKEN"));
}

TEST_F(EnvelopeTest, PartsOfTwoEnvelopesDoNotFit) {
  Envelope mixed = SealEnvelope(keyset_, Secret("other"), owner_);
  mixed.wrapped_key = envelope_.wrapped_key;
  EXPECT_THAT(OpenEnvelope(keyset_, mixed, owner_), HasReason("SEAL_BROKEN"));
}

TEST_F(EnvelopeTest, AnUnknownKeyOrVersionStaysShut) {
  Envelope changed = envelope_;
  changed.key_id = "k9";
  EXPECT_THAT(OpenEnvelope(keyset_, changed, owner_), HasReason("SEAL_BROKEN"));
  changed = envelope_;
  changed.key_id = "k1";
  EXPECT_THAT(OpenEnvelope(keyset_, changed, owner_), HasReason("SEAL_BROKEN"));
  changed = envelope_;
  changed.version = 2;
  EXPECT_THAT(OpenEnvelope(keyset_, changed, owner_), HasReason("SEAL_BROKEN"));
}

}  // namespace
}  // namespace callimport::crypto

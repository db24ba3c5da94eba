#include "libs/crypto/envelope.h"

#include "libs/crypto/aead.h"
#include "libs/crypto/local_keys.h"
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
  const LocalKeys keys_{keyset_};
  const std::vector<std::string> owner_{"acme", "gong", "id-1", "7"};
  const Envelope envelope_ = *SealEnvelope(keys_, Secret("hunter2"), owner_);
  const EpochKey epoch_{"e1", Secret(RandomBytes(kKeyBytes))};
};

TEST_F(EnvelopeTest, OpensForItsOwner) {
  const auto opened = OpenEnvelope(keys_, envelope_, owner_);

  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->Reveal(), "hunter2");
  EXPECT_EQ(envelope_.key_id, "k2");
}

TEST_F(EnvelopeTest, StillOpensAfterAnotherKeyBecamePrimary) {
  Keyset rotated = keyset_;
  rotated.primary_id = "k1";
  EXPECT_THAT(OpenEnvelope(LocalKeys(rotated), envelope_, owner_), IsOk());
}

TEST_F(EnvelopeTest, ARowCopiedToAnotherOwnerStaysShut) {
  EXPECT_THAT(OpenEnvelope(keys_, envelope_, {"globex", "gong", "id-1", "7"}),
              HasReason("SEAL_BROKEN"));
  EXPECT_THAT(OpenEnvelope(keys_, envelope_, {"acmegong", "", "id-1", "7"}),
              HasReason("SEAL_BROKEN"));
}

TEST_F(EnvelopeTest, PartsOfTwoEnvelopesDoNotFit) {
  Envelope mixed = *SealEnvelope(keys_, Secret("other"), owner_);
  mixed.wrapped_key = envelope_.wrapped_key;
  EXPECT_THAT(OpenEnvelope(keys_, mixed, owner_), HasReason("SEAL_BROKEN"));
}

TEST_F(EnvelopeTest, AnUnknownKeyOrVersionStaysShut) {
  Envelope changed = envelope_;
  changed.key_id = "k9";
  EXPECT_THAT(OpenEnvelope(keys_, changed, owner_), HasReason("SEAL_BROKEN"));
  changed = envelope_;
  changed.key_id = "k1";
  EXPECT_THAT(OpenEnvelope(keys_, changed, owner_), HasReason("SEAL_BROKEN"));
  changed = envelope_;
  changed.version = 1;
  EXPECT_THAT(OpenEnvelope(keys_, changed, owner_), HasReason("SEAL_BROKEN"));
}

TEST_F(EnvelopeTest, AnOlderRowPutBackStaysShut) {
  EXPECT_THAT(OpenEnvelope(keys_, envelope_, {"acme", "gong", "id-1", "8"}),
              HasReason("SEAL_BROKEN"));
}

TEST_F(EnvelopeTest, OneFlippedBitInAnyPartKeepsItShut) {
  for (std::string Envelope::* part : {&Envelope::wrapped_key, &Envelope::ciphertext}) {
    for (size_t place = 0; place < (envelope_.*part).size(); ++place) {
      Envelope changed = envelope_;
      (changed.*part)[place] = static_cast<char>((changed.*part)[place] ^ 1);
      EXPECT_THAT(OpenEnvelope(keys_, changed, owner_), HasReason("SEAL_BROKEN")) << place;
    }
  }
}

TEST_F(EnvelopeTest, AShortenedTagKeepsItShut) {
  for (size_t cut = 1; cut <= kTagBytes; ++cut) {
    Envelope changed = envelope_;
    changed.ciphertext.resize(changed.ciphertext.size() - cut);
    EXPECT_THAT(OpenEnvelope(keys_, changed, owner_), HasReason("SEAL_BROKEN")) << cut;
  }
}

TEST_F(EnvelopeTest, AnotherKeyUnderTheSameIdDoesNotOpenIt) {
  const LocalKeys others({"k2", {{"k2", Secret(RandomBytes(kKeyBytes))}}});
  EXPECT_THAT(OpenEnvelope(others, envelope_, owner_), HasReason("SEAL_BROKEN"));
}

TEST_F(EnvelopeTest, RewrappingLeavesTheSecretAsItIs) {
  Keyset rotated = keyset_;
  rotated.primary_id = "k1";
  const LocalKeys keys(rotated);

  const auto rewrapped = RewrapEnvelope(keys, envelope_, owner_);

  ASSERT_THAT(rewrapped, IsOk());
  EXPECT_EQ(rewrapped->key_id, "k1");
  EXPECT_EQ(rewrapped->ciphertext, envelope_.ciphertext);
  EXPECT_NE(rewrapped->wrapped_key, envelope_.wrapped_key);
  EXPECT_EQ(OpenEnvelope(keys, *rewrapped, owner_)->Reveal(), "hunter2");
}

TEST_F(EnvelopeTest, WithAnEpochKeyItOpensOnlyWithThatOne) {
  const auto sealed = SealEnvelope(keys_, Secret("hunter2"), owner_, &epoch_);
  ASSERT_THAT(sealed, IsOk());
  const EpochKey other{"e1", Secret(RandomBytes(kKeyBytes))};

  EXPECT_EQ(OpenEnvelope(keys_, *sealed, owner_, &epoch_)->Reveal(), "hunter2");
  EXPECT_THAT(OpenEnvelope(keys_, *sealed, owner_, &other), HasReason("SEAL_BROKEN"));
  EXPECT_THAT(OpenEnvelope(keys_, *sealed, owner_), HasReason("SEAL_BROKEN"));
  Envelope denied = *sealed;
  denied.epoch_key_id.clear();
  EXPECT_THAT(OpenEnvelope(keys_, denied, owner_), HasReason("SEAL_BROKEN"));
}

TEST_F(EnvelopeTest, RewrappingNeedsNoEpochKey) {
  const auto sealed = SealEnvelope(keys_, Secret("hunter2"), owner_, &epoch_);
  const auto rewrapped = RewrapEnvelope(keys_, *sealed, owner_);
  ASSERT_THAT(rewrapped, IsOk());
  EXPECT_EQ(OpenEnvelope(keys_, *rewrapped, owner_, &epoch_)->Reveal(), "hunter2");
}

TEST_F(EnvelopeTest, IsReadAsItWasWritten) {
  const auto read = ParseEnvelope(SerializeEnvelope(envelope_));
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(OpenEnvelope(keys_, *read, owner_)->Reveal(), "hunter2");
}

TEST_F(EnvelopeTest, ATextThatIsNoEnvelopeIsRefused) {
  const std::string text = SerializeEnvelope(envelope_);
  for (size_t length = 0; length < text.size(); ++length) {
    EXPECT_THAT(ParseEnvelope(text.substr(0, length)), HasReason("SEAL_BROKEN")) << length;
  }
  EXPECT_THAT(ParseEnvelope(text + '\0'), HasReason("SEAL_BROKEN"));
}

}  // namespace
}  // namespace callimport::crypto

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

TEST_F(SealerTest, AnOlderWriteOfTheRowPutBackStaysShut) {
  auto envelope = sealer_.Seal({"acme", "gong", "id-1", 3}, fields_);
  EXPECT_THAT(sealer_.Open(owner_, envelope), IsOk());
  envelope.row_version = 4;
  EXPECT_THAT(sealer_.Open(owner_, envelope), HasReason("CREDENTIAL_UNREADABLE"));
}

TEST_F(SealerTest, RewrappingDoesNotTouchTheSecret) {
  const auto envelope = sealer_.Seal(owner_, fields_);
  const auto rewrapped = sealer_.Rewrap(owner_, envelope);
  ASSERT_THAT(rewrapped, IsOk());
  EXPECT_EQ(rewrapped->ciphertext, envelope.ciphertext);
  EXPECT_THAT(sealer_.Open(owner_, *rewrapped), IsOk());
}

TEST_F(SealerTest, WithoutAFolderForThemNothingEphemeralIsSealed) {
  EXPECT_THAT(sealer_.Seal(owner_, fields_, Retention::kEphemeral),
              HasReason("EPOCH_KEYS_MISSING"));
}

class UnreachableKeys : public crypto::KeySource {
 public:
  std::string PrimaryId() const override { return "k1"; }
  absl::StatusOr<std::string> Wrap(const std::string&, const Secret&,
                                   std::string_view) const override {
    return Error(absl::StatusCode::kUnavailable, "KEY_SOURCE_UNREACHABLE", "no answer");
  }
  absl::StatusOr<Secret> Unwrap(const std::string&, std::string_view,
                                std::string_view) const override {
    return Error(absl::StatusCode::kUnavailable, "KEY_SOURCE_UNREACHABLE", "no answer");
  }
};

TEST_F(SealerTest, KeysThatCannotBeAskedAreNoBrokenSeal) {
  const UnreachableKeys keys;
  const Sealer sealer(keys, nullptr, Secret());

  EXPECT_THAT(sealer.Seal(owner_, fields_, Retention::kPersistent),
              HasReason("KEY_SOURCE_UNREACHABLE"));
  EXPECT_THAT(sealer.Open(owner_, sealer_.Seal(owner_, fields_)),
              HasReason("KEY_SOURCE_UNREACHABLE"));
}

}  // namespace
}  // namespace callimport::credential_manager

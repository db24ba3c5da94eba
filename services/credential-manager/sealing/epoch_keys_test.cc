#include "services/credential-manager/sealing/epoch_keys.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "libs/common/ids.h"
#include "libs/crypto/random.h"
#include "libs/testing/status_matchers.h"
#include "services/credential-manager/sealing/sealer.h"

namespace callimport::credential_manager {
namespace {

namespace fs = std::filesystem;
using callimport::testing::HasReason;
using callimport::testing::IsOk;

class EpochKeysTest : public ::testing::Test {
 protected:
  EpochKeysTest() : folder_(::testing::TempDir() + "epoch_keys_" + NewUuid()) {}
  ~EpochKeysTest() override { fs::remove_all(folder_); }

  const std::string folder_;
  const std::string id_ = NewUuid();
};

TEST_F(EpochKeysTest, KeepsOneKeyForEachCredential) {
  const auto keys = EpochKeys::Open(folder_);
  ASSERT_THAT(keys, IsOk());

  const auto made = keys->FindOrMake(id_);
  ASSERT_THAT(made, IsOk());

  EXPECT_EQ(keys->FindOrMake(id_)->key.Reveal(), made->key.Reveal());
  EXPECT_EQ(keys->Find(id_)->key.Reveal(), made->key.Reveal());
  EXPECT_NE(keys->FindOrMake(NewUuid())->key.Reveal(), made->key.Reveal());
  EXPECT_EQ(fs::status(folder_ + "/" + id_ + ".key").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(keys->List()->size(), 2u);
}

TEST_F(EpochKeysTest, WhatIsDestroyedIsOverwrittenAndGone) {
  const auto keys = EpochKeys::Open(folder_);
  const auto made = keys->FindOrMake(id_);
  // A second name shows what became of the bytes.
  const std::string witness = folder_ + "/witness";
  ASSERT_EQ(link((folder_ + "/" + id_ + ".key").c_str(), witness.c_str()), 0);

  EXPECT_TRUE(*keys->Destroy(id_));
  EXPECT_FALSE(*keys->Destroy(id_));

  EXPECT_THAT(keys->Find(id_), HasReason("EPOCH_KEY_DESTROYED"));
  std::ifstream file(witness, std::ios::binary);
  const std::string left(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(left.size(), 32u);
  EXPECT_NE(left, made->key.Reveal());
}

TEST_F(EpochKeysTest, ManyWhoAskAtOnceGetTheSameKey) {
  const auto keys = EpochKeys::Open(folder_);
  std::vector<std::string> got(8);
  {
    std::vector<std::jthread> threads;
    for (auto& key : got) {
      threads.emplace_back([&] { key = keys->FindOrMake(id_)->key.Reveal(); });
    }
  }
  for (const std::string& key : got) EXPECT_EQ(key, got.front());
  EXPECT_EQ(keys->List()->size(), 1u);
}

TEST_F(EpochKeysTest, RefusesAFolderThatOthersMayUse) {
  fs::create_directory(folder_);
  fs::permissions(folder_, fs::perms::owner_all | fs::perms::others_read);
  EXPECT_THAT(EpochKeys::Open(folder_), HasReason("EPOCH_KEY_DIR_UNUSABLE"));
  EXPECT_THAT(EpochKeys::Open(""), HasReason("EPOCH_KEY_DIR_UNUSABLE"));
}

TEST_F(EpochKeysTest, TakesNoPathForAnId) {
  const auto keys = EpochKeys::Open(folder_);
  EXPECT_FALSE(keys->FindOrMake("../elsewhere").ok());
  EXPECT_FALSE(keys->Destroy("../elsewhere").ok());
}

TEST_F(EpochKeysTest, AnEphemeralCredentialOpensOnlyWhileItsKeyLives) {
  const auto keys = EpochKeys::Open(folder_);
  const Sealer local(crypto::Keyset{"k1", {{"k1", Secret(crypto::RandomBytes(32))}}});
  const Sealer sealer(local.keys(), &*keys, Secret());
  const SealedFor owner{"acme", "gong", id_, 1};
  const auto sealed = sealer.Seal(owner, {{"key", Secret("hunter2")}}, Retention::kEphemeral);
  ASSERT_THAT(sealed, IsOk());
  EXPECT_EQ(sealer.Open(owner, *sealed)->at("key").Reveal(), "hunter2");

  ASSERT_THAT(keys->Destroy(id_), IsOk());

  EXPECT_THAT(sealer.Open(owner, *sealed), HasReason("CREDENTIAL_UNREADABLE"));
}

}  // namespace
}  // namespace callimport::credential_manager

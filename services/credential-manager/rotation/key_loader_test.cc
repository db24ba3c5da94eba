#include "services/credential-manager/rotation/key_loader.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "services/credential-manager/rotation/rotation_fixture.h"

namespace callimport::credential_manager {
namespace {

namespace fs = std::filesystem;
using callimport::testing::HasReason;
using callimport::testing::IsOk;

class KeyLoaderTest : public RotationTest {
 protected:
  KeyLoaderTest() : file_(::testing::TempDir() + "key_loader_" + NewUuid()) {}
  ~KeyLoaderTest() override { fs::remove(file_); }

  void Write(const std::string& text) {
    std::ofstream(file_ + ".new") << text;
    fs::permissions(file_ + ".new", fs::perms::owner_read | fs::perms::owner_write);
    fs::rename(file_ + ".new", file_);
  }

  const std::string file_;
  KeyRing loaded_{nullptr};
  KeyLoader loader_{{file_, ""}, loaded_, key_store_};
};

TEST_F(KeyLoaderTest, AChangedFileIsTakenWithoutARestart) {
  Write(ListOf({"k1"}));
  ASSERT_THAT(loader_.Load(), IsOk());
  EXPECT_EQ(loaded_.PrimaryId(), "k1");

  Write(ListOf({"k2", "k1"}));
  ASSERT_THAT(loader_.Reload(), IsOk());

  EXPECT_EQ(loaded_.PrimaryId(), "k2");
  EXPECT_TRUE(loaded_.keys()->Has("k1"));
}

TEST_F(KeyLoaderTest, AMalformedKeyStopsTheStart) {
  Write("k1:too-short\n");
  EXPECT_THAT(loader_.Load(), HasReason("KEY_FILE_UNUSABLE"));
  fs::remove(file_);
  EXPECT_THAT(loader_.Load(), HasReason("KEY_FILE_UNUSABLE"));
}

TEST_F(KeyLoaderTest, AMalformedChangeLeavesTheFormerKeysInForce) {
  Write(ListOf({"k1"}));
  ASSERT_THAT(loader_.Load(), IsOk());

  for (const std::string& text : {std::string("half a line"), std::string()}) {
    Write(text);
    EXPECT_THAT(loader_.Reload(), IsOk());
    EXPECT_EQ(loaded_.PrimaryId(), "k1");
  }
  EXPECT_NE(metrics::Render().find("key_reload_failures_total 2"), std::string::npos);
  fs::remove(file_);
  EXPECT_THAT(loader_.Reload(), IsOk());
  EXPECT_EQ(loaded_.PrimaryId(), "k1");
}

TEST_F(KeyLoaderTest, AListThatLacksAKeyStillNeededIsNotTaken) {
  StoreOne("under k1");
  Write(ListOf({"k1"}));
  ASSERT_THAT(loader_.Load(), IsOk());

  Write(ListOf({"k2"}));
  ASSERT_THAT(loader_.Reload(), IsOk());

  EXPECT_EQ(loaded_.PrimaryId(), "k1");
}

TEST_F(KeyLoaderTest, AKeyThatAnotherReplicaDestroyedIsDropped) {
  Write(ListOf({"k2", "k1"}));
  ASSERT_THAT(loader_.Load(), IsOk());
  ASSERT_THAT(key_store_.Destroy("k1", context_), IsOk());

  ASSERT_THAT(loader_.Reload(), IsOk());

  EXPECT_FALSE(loaded_.keys()->Has("k1"));
  EXPECT_THAT(KeyLoader({file_, ""}, loaded_, key_store_).Load(), IsOk());
  EXPECT_FALSE(loaded_.keys()->Has("k1")) << "after a restart neither";
}

TEST_F(KeyLoaderTest, TheListMayStandInTheEnvironment) {
  setenv("CALLIMPORT_TEST_KEYS", ListOf({"k7"}).c_str(), 1);
  EXPECT_THAT(KeyLoader({"", "CALLIMPORT_TEST_KEYS"}, loaded_, key_store_).Load(), IsOk());
  EXPECT_EQ(loaded_.PrimaryId(), "k7");
  setenv("CALLIMPORT_TEST_KEYS", "k7:short", 1);
  EXPECT_THAT(KeyLoader({"", "CALLIMPORT_TEST_KEYS"}, loaded_, key_store_).Load(),
              HasReason("KEYS_MALFORMED"));
  EXPECT_THAT(KeyLoader({"", ""}, loaded_, key_store_).Load(), HasReason("CONFIG_INVALID"));
}

TEST_F(KeyLoaderTest, CountsHowOftenAKeyHasWrapped) {
  Write(ListOf({"k1"}));
  ASSERT_THAT(loader_.Load(), IsOk());
  const Sealer sealer(loaded_, nullptr, Secret());
  for (int i = 0; i < 3; ++i) sealer.Seal({"acme", "gong", "id", 1}, {});

  ASSERT_THAT(loader_.SaveWrapCounts(), IsOk());
  ASSERT_THAT(loader_.SaveWrapCounts(), IsOk());

  EXPECT_EQ(key_store_.List()->front().known.wraps, 3);
}

}  // namespace
}  // namespace callimport::credential_manager

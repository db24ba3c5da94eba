#include "services/credential-manager/sealing/key_file.h"

#include <filesystem>
#include <fstream>

#include "libs/testing/status_matchers.h"

namespace callimport::credential_manager {
namespace {

namespace fs = std::filesystem;
using callimport::testing::HasReason;
using callimport::testing::IsOk;

class KeyFileTest : public ::testing::Test {
 protected:
  KeyFileTest() : file_(::testing::TempDir() + "key_file_test.keys") {
    Write("k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n", fs::perms::owner_read);
  }
  ~KeyFileTest() override { fs::remove(file_); }

  void Write(const std::string& text, fs::perms permissions) {
    fs::remove(file_);
    std::ofstream(file_) << text;
    fs::permissions(file_, permissions);
  }

  const std::string file_;
};

TEST_F(KeyFileTest, ReadsKeysThatOnlyTheirOwnerMayRead) {
  const auto keyset = ReadKeyFile(file_);
  ASSERT_THAT(keyset, IsOk());
  EXPECT_EQ(keyset->primary_id, "k1");
}

TEST_F(KeyFileTest, RefusesAFileThatOthersMayRead) {
  fs::permissions(file_, fs::perms::owner_read | fs::perms::others_read);
  EXPECT_THAT(ReadKeyFile(file_), HasReason("KEY_FILE_UNUSABLE"));
}

TEST_F(KeyFileTest, RefusesAMalformedOrMissingFile) {
  Write("no key at all", fs::perms::owner_read);
  EXPECT_THAT(ReadKeyFile(file_), HasReason("KEY_FILE_UNUSABLE"));
  EXPECT_THAT(ReadKeyFile("/nowhere.keys"), HasReason("KEY_FILE_UNUSABLE"));
}

}  // namespace
}  // namespace callimport::credential_manager

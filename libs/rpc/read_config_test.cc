#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "libs/rpc/config.pb.h"
#include "libs/rpc/run_main.h"
#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;
using ::testing::HasSubstr;

class ReadConfigTest : public ::testing::Test {
 protected:
  ReadConfigTest() : file_(::testing::TempDir() + "read_config_test.json") {}
  ~ReadConfigTest() override { std::filesystem::remove(file_); }

  absl::Status Read(const std::string& json) {
    std::ofstream(file_) << json;
    return ReadConfig(file_, config_);
  }

  const std::string file_;
  ServerConfig config_;
};

TEST_F(ReadConfigTest, ReadsJson) {
  ASSERT_THAT(Read(R"({"address": "127.0.0.1:7101", "stop_grace_seconds": 5})"), IsOk());

  EXPECT_EQ(config_.address(), "127.0.0.1:7101");
  EXPECT_EQ(config_.stop_grace_seconds(), 5);
}

TEST_F(ReadConfigTest, NamesFileAndFieldThatItDoesNotKnow) {
  const absl::Status status = Read(R"({"tls": {"certifcate_file": "x"}})");

  EXPECT_THAT(status, HasReason("CONFIG_INVALID"));
  EXPECT_THAT(std::string(status.message()), HasSubstr(file_));
  EXPECT_THAT(std::string(status.message()), HasSubstr("certifcate_file"));
}

TEST_F(ReadConfigTest, NamesTheFieldOfAWrongValue) {
  const absl::Status status = Read(R"({"stop_grace_seconds": "soon"})");

  EXPECT_THAT(std::string(status.message()), HasSubstr("stop_grace_seconds"));
}

TEST_F(ReadConfigTest, PutsInTheEnvironment) {
  ::setenv("READ_CONFIG_TEST_PORT", "7199", 1);
  ASSERT_THAT(Read(R"({"address": "127.0.0.1:${READ_CONFIG_TEST_PORT}"})"), IsOk());

  EXPECT_EQ(config_.address(), "127.0.0.1:7199");
}

TEST_F(ReadConfigTest, NamesAVariableThatIsNotSet) {
  const absl::Status status = Read(R"({"address": "${READ_CONFIG_TEST_UNSET}"})");

  EXPECT_THAT(std::string(status.message()), HasSubstr("READ_CONFIG_TEST_UNSET"));
}

TEST_F(ReadConfigTest, SaysWhenThereIsNoFile) {
  EXPECT_THAT(ReadConfig("/nowhere/at/all.json", config_), HasReason("CONFIG_INVALID"));
}

}  // namespace
}  // namespace callimport::rpc

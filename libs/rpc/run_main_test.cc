#include "libs/rpc/run_main.h"

#include <filesystem>
#include <fstream>
#include <vector>

#include "libs/rpc/config.pb.h"
#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

class RunMainTest : public ::testing::Test {
 protected:
  RunMainTest() : file_(::testing::TempDir() + "run_main_test.json") {
    std::ofstream(file_) << R"({"address": "127.0.0.1:7101"})";
  }
  ~RunMainTest() override { std::filesystem::remove(file_); }

  // Runs with these arguments; what it says on standard error is in said_.
  int Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "job-scheduler");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    ::testing::internal::CaptureStderr();
    const int code = RunMain<ServerConfig>(
        static_cast<int>(argv.size()), argv.data(), "job-scheduler",
        [this](const ServerConfig& config) {
          checked_ = config.address();
          return verdict_;
        },
        [this](const ServerConfig& config) {
          seen_ = config.address();
          return result_;
        });
    said_ = ::testing::internal::GetCapturedStderr();
    return code;
  }

  const std::string file_;
  absl::Status verdict_;
  absl::Status result_;
  std::string checked_;
  std::string seen_;
  std::string said_;
};

TEST_F(RunMainTest, HandsTheConfigurationToTheService) {
  EXPECT_EQ(Run({"--config=" + file_}), 0);
  EXPECT_EQ(seen_, "127.0.0.1:7101");
}

TEST_F(RunMainTest, OnlyChecksWhenAskedTo) {
  EXPECT_EQ(Run({"--config=" + file_, "--check-config"}), 0);
  EXPECT_EQ(checked_, "127.0.0.1:7101");
  EXPECT_EQ(seen_, "");
}

TEST_F(RunMainTest, RunsNothingThatFailsTheCheck) {
  verdict_ = ConfigError("server.address", "is missing");

  for (const auto& arguments : {std::vector<std::string>{"--config=" + file_},
                                std::vector<std::string>{"--config=" + file_, "--check-config"}}) {
    EXPECT_EQ(Run(arguments), 1);
    EXPECT_EQ(said_, "job-scheduler: " + file_ + ": server.address: is missing\n");
    EXPECT_EQ(seen_, "");
  }
}

TEST_F(RunMainTest, NamesFileFieldAndReason) {
  std::ofstream(file_) << R"({"adress": "x"})";

  EXPECT_EQ(Run({"--config=" + file_}), 1);
  EXPECT_EQ(said_, "job-scheduler: " + file_ + ": adress: unknown field\n");
}

TEST_F(RunMainTest, NamesTheFileWhenTheServiceRefusesAField) {
  result_ = ConfigError("plan_every_seconds", "must be positive");

  EXPECT_EQ(Run({"--config=" + file_}), 1);
  EXPECT_EQ(said_, "job-scheduler: " + file_ + ": plan_every_seconds: must be positive\n");
}

TEST_F(RunMainTest, SaysOtherErrorsWithTheFileButNoSecret) {
  result_ = absl::UnavailableError("no database at host=db password=hunter2");

  EXPECT_EQ(Run({"--config=" + file_}), 1);
  EXPECT_EQ(said_, "job-scheduler: " + file_ + ": no database at host=db password=[redacted]\n");
}

TEST_F(RunMainTest, RefusesArgumentsItDoesNotKnow) {
  EXPECT_EQ(Run({"--port=1"}), 1);
  EXPECT_EQ(said_, "job-scheduler: does not know --port=1; use --config=FILE [--check-config]\n");
}

}  // namespace
}  // namespace callimport::rpc

#include "tools/callimport/secret_input.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "libs/testing/status_matchers.h"

namespace callimport::cli {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

void AddField(common::v1::PlatformDescriptor& platform, const std::string& name, bool secret) {
  auto& field = *platform.add_credential_fields();
  field.set_name(name);
  field.set_secret(secret);
  field.set_required(true);
}

class SecretInputTest : public ::testing::Test {
 protected:
  SecretInputTest() {
    platform_.set_platform("gong");
    AddField(platform_, "access_key", false);
    AddField(platform_, "access_key_secret", true);
    setenv("SECRET_INPUT_TEST", "from-environment", 1);
  }

  absl::StatusOr<FieldValues> Read(std::vector<std::string> flags) {
    flags.insert(flags.begin(), "connect");
    const Syntax connect{.command = "connect",
                         .flags = {{"--set", "FIELD=VALUE", ""},
                                   {"--secret-env", "NAME", ""},
                                   {"--secret-file", "FILE", ""}}};
    const auto arguments = Parse(flags, {}, {connect});
    return ReadFields(platform_, *arguments, terminal_);
  }

  common::v1::PlatformDescriptor platform_;
  std::ostringstream out_;
  Terminal terminal_{out_, false};
};

TEST_F(SecretInputTest, TakesSecretsFromTheEnvironment) {
  const auto fields =
      Read({"--set=access_key=key", "--secret-env=access_key_secret=SECRET_INPUT_TEST"});

  ASSERT_THAT(fields, IsOk());
  EXPECT_EQ(fields->at("access_key").Reveal(), "key");
  EXPECT_EQ(fields->at("access_key_secret").Reveal(), "from-environment");
}

TEST_F(SecretInputTest, TheOnlySecretNeedsNoName) {
  const auto fields = Read({"--set=access_key=key", "--secret-env=SECRET_INPUT_TEST"});

  ASSERT_THAT(fields, IsOk());
  EXPECT_EQ(fields->at("access_key_secret").Reveal(), "from-environment");
}

TEST_F(SecretInputTest, TakesSecretsFromFilesWithoutTheLineEnd) {
  const std::string file = ::testing::TempDir() + "secret_input_test";
  std::ofstream(file) << "from-file\n";

  const auto fields = Read({"--set=access_key=key", "--secret-file=access_key_secret=" + file});

  ASSERT_THAT(fields, IsOk());
  EXPECT_EQ(fields->at("access_key_secret").Reveal(), "from-file");
}

TEST_F(SecretInputTest, RefusesASecretOnTheCommandLineWithoutRepeatingIt) {
  const auto fields = Read({"--set=access_key_secret=hunter2"});

  EXPECT_TRUE(IsUsageError(fields.status()));
  EXPECT_THAT(std::string(fields.status().message()), HasSubstr("access_key_secret is a secret"));
  EXPECT_THAT(std::string(fields.status().message()), Not(HasSubstr("hunter2")));
}

TEST_F(SecretInputTest, NamesWhatIsWrong) {
  const auto message = [&](const std::vector<std::string>& flags) {
    return std::string(Read(flags).status().message());
  };

  EXPECT_THAT(message({"--set=colour=red"}), HasSubstr("gong has no field colour"));
  EXPECT_THAT(message({"--secret-env=NOT_SET_ANYWHERE"}), HasSubstr("NOT_SET_ANYWHERE is not set"));
  EXPECT_THAT(message({"--secret-file=/nowhere"}), HasSubstr("/nowhere cannot be read"));
}

}  // namespace
}  // namespace callimport::cli

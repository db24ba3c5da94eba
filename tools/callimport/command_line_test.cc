#include "tools/callimport/command_line.h"

#include <gtest/gtest.h>

#include "libs/testing/status_matchers.h"

namespace callimport::cli {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;

const std::vector<Flag> kCommon = {{"--workspace", "NAME", "whose calls"}, {"--help", "", "this"}};
const std::vector<Syntax> kCommands = {
    {.command = "import",
     .arguments = "",
     .summary = "Imports.",
     .flags = {{"--from", "DATE", "first day"}, {"--detach", "", "do not watch"}}},
    {.command = "watch",
     .arguments = "JOB",
     .summary = "Watches.",
     .min_arguments = 1,
     .max_arguments = 1},
};

absl::StatusOr<Arguments> ParseWords(const std::vector<std::string>& words) {
  return Parse(words, kCommon, kCommands);
}

std::string MessageOf(const std::vector<std::string>& words) {
  const auto arguments = ParseWords(words);
  EXPECT_TRUE(IsUsageError(arguments.status()));
  return std::string(arguments.status().message());
}

TEST(CommandLineTest, TakesValuesInBothForms) {
  const auto arguments = ParseWords({"import", "--from=2024-01-01", "--workspace", "acme"});

  ASSERT_THAT(arguments, IsOk());
  EXPECT_EQ(arguments->command, "import");
  EXPECT_EQ(arguments->Value("--from"), "2024-01-01");
  EXPECT_EQ(arguments->Value("--workspace"), "acme");
  EXPECT_FALSE(arguments->Has("--detach"));
}

TEST(CommandLineTest, TakesCommonFlagsBeforeTheCommand) {
  const auto arguments = ParseWords({"--workspace", "acme", "watch", "last"});

  ASSERT_THAT(arguments, IsOk());
  EXPECT_EQ(arguments->Value("--workspace"), "acme");
  EXPECT_EQ(arguments->positional, std::vector<std::string>{"last"});
}

TEST(CommandLineTest, NamesAFlagThatItDoesNotKnow) {
  EXPECT_EQ(MessageOf({"import", "--form=1"}), "import does not know --form");
  EXPECT_EQ(MessageOf({"watch", "--from=1", "x"}), "watch does not know --from");
  EXPECT_EQ(MessageOf({"--from=1", "import"}), "callimport does not know --from");
}

TEST(CommandLineTest, NamesAFlagThatLacksItsValueOrHasOneTooMany) {
  EXPECT_EQ(MessageOf({"import", "--from"}), "--from needs a value: DATE");
  EXPECT_EQ(MessageOf({"import", "--detach=yes"}), "--detach takes no value");
}

TEST(CommandLineTest, CountsArguments) {
  EXPECT_EQ(MessageOf({"watch"}), "watch needs JOB");
  EXPECT_EQ(MessageOf({"watch", "a", "b"}), "watch does not take \"b\"");
  EXPECT_EQ(MessageOf({"imprt"}), "there is no command imprt");
}

TEST(CommandLineTest, TakesEverythingAfterTwoDashesAsItIs) {
  const auto arguments = ParseWords({"watch", "--", "--from"});

  ASSERT_THAT(arguments, IsOk());
  EXPECT_EQ(arguments->positional, std::vector<std::string>{"--from"});
}

TEST(CommandLineTest, KeepsEveryValueOfARepeatedFlag) {
  const auto arguments = ParseWords({"import", "--from=1", "--from=2"});

  ASSERT_THAT(arguments, IsOk());
  EXPECT_EQ(arguments->Values("--from"), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(arguments->Value("--from"), "2");
}

TEST(CommandLineTest, ReadsNumbers) {
  const auto arguments = ParseWords({"import", "--from=12"});
  ASSERT_THAT(arguments, IsOk());

  EXPECT_EQ(*NumberOf(*arguments, "--from", 5), 12);
  EXPECT_EQ(*NumberOf(*arguments, "--limit", 5), 5);
  EXPECT_TRUE(IsUsageError(NumberOf(*ParseWords({"import", "--from=1x"}), "--from", 5).status()));
  EXPECT_TRUE(IsUsageError(NumberOf(*ParseWords({"import", "--from=0"}), "--from", 5).status()));
}

TEST(CommandLineTest, UsageShowsWhatACommandTakes) {
  const std::string usage = Usage(kCommands[0], kCommon);

  EXPECT_THAT(usage, HasSubstr("callimport import"));
  EXPECT_THAT(usage, HasSubstr("--from DATE"));
  EXPECT_THAT(usage, HasSubstr("--workspace NAME"));
  EXPECT_THAT(Overview(kCommands), HasSubstr("watch       Watches."));
}

}  // namespace
}  // namespace callimport::cli

#include "tests/bench/options.h"

#include <gtest/gtest.h>

#include "libs/testing/status_matchers.h"

namespace callimport::bench {
namespace {

using testing::HasReason;

TEST(OptionsTest, WithoutArgumentsEveryRowRuns) {
  const auto options = ParseOptions({});

  ASSERT_TRUE(options.ok()) << options.status();
  for (const std::string& row : kRows) EXPECT_TRUE(options->Wants(row)) << row;
  EXPECT_FALSE(options->vendor.has_value());
}

TEST(OptionsTest, AValueFollowsAnEqualsSignOrASpace) {
  const auto options =
      ParseOptions({"--calls=500", "--watchers", "10000", "--only", "import,watch"});

  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->calls, 500);
  EXPECT_EQ(options->watchers, 10'000);
  EXPECT_EQ(options->rows, (std::set<std::string>{"import", "watch"}));
}

TEST(OptionsTest, AVendorIsMeasuredWithTheRowsThatBeginWithOne) {
  const auto options = ParseOptions(
      {"--vendor", "http://127.0.0.1:9", "--key", "k", "--secret", "s", "--keep-limits"});

  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->rows, (std::set<std::string>{"import", "listing", "media"}));
  EXPECT_EQ(options->vendor->url, "http://127.0.0.1:9");
  EXPECT_EQ(options->vendor->secret.Reveal(), "s");
  EXPECT_TRUE(options->keep_limits);
}

TEST(OptionsTest, TheSecretOfAVendorMayComeFromTheEnvironment) {
  const auto options = ParseOptions({"--vendor=http://v", "--key=k"}, "hidden");

  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->vendor->secret.Reveal(), "hidden");
}

TEST(OptionsTest, WhatMakesNoSenseIsRefusedWithoutShowingValues) {
  EXPECT_THAT(ParseOptions({"--calls=many"}), HasReason("BAD_OPTION"));
  EXPECT_THAT(ParseOptions({"--calls=0"}), HasReason("BAD_OPTION"));
  EXPECT_THAT(ParseOptions({"--calls"}), HasReason("BAD_OPTION"));
  EXPECT_THAT(ParseOptions({"--only=everything"}), HasReason("BAD_OPTION"));
  EXPECT_THAT(ParseOptions({"--help=yes"}), HasReason("BAD_OPTION"));
  EXPECT_THAT(ParseOptions({"--vendor=http://v", "--key=k"}), HasReason("BAD_OPTION"));
  EXPECT_THAT(ParseOptions({"--vendor=http://v", "--key=k", "--secret=s", "--only=watch"}),
              HasReason("BAD_OPTION"));
  const auto typo = ParseOptions({"--secrte=hidden"});
  EXPECT_EQ(typo.status().message(), "unknown option: --secrte");
}

}  // namespace
}  // namespace callimport::bench

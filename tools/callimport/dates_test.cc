#include "tools/callimport/dates.h"

#include <google/protobuf/util/time_util.h>
#include <gtest/gtest.h>

#include "libs/testing/status_matchers.h"

namespace callimport::cli {
namespace {

using google::protobuf::util::TimeUtil;
using testing::IsOk;

absl::StatusOr<common::v1::CallFilter> Filter(const std::vector<std::string>& flags) {
  const Syntax import{.command = "import", .flags = {{"--from", "DATE", ""}, {"--to", "DATE", ""}}};
  std::vector<std::string> words = {"import"};
  words.insert(words.end(), flags.begin(), flags.end());
  return FilterOf(*Parse(words, {}, {import}));
}

TEST(DatesTest, ADayAsTheEndBelongsToTheRange) {
  const auto filter = Filter({"--from=2024-01-31", "--to=2024-01-31"});

  ASSERT_THAT(filter, IsOk());
  EXPECT_EQ(TimeUtil::ToString(filter->start_time()), "2024-01-31T00:00:00Z");
  EXPECT_EQ(TimeUtil::ToString(filter->end_time()), "2024-02-01T00:00:00Z");
}

TEST(DatesTest, AMomentIsTakenAsItIs) {
  const auto filter = Filter({"--to=2024-01-31T10:30:00+02:00"});

  ASSERT_THAT(filter, IsOk());
  EXPECT_FALSE(filter->has_start_time());
  EXPECT_EQ(TimeUtil::ToString(filter->end_time()), "2024-01-31T08:30:00Z");
}

TEST(DatesTest, RefusesDaysThatDoNotExist) {
  for (const char* text : {"2024-02-30", "31.01.2024", "yesterday", "2024-1-1", ""}) {
    EXPECT_TRUE(IsUsageError(Filter({std::string("--from=") + text}).status())) << text;
  }
}

TEST(DatesTest, ShowsTimesBriefly) {
  google::protobuf::Timestamp time;
  EXPECT_EQ(ShortTime(time), "");

  time.set_seconds(1'706'709'930);
  EXPECT_EQ(ShortTime(time), "2024-01-31 14:05");
}

}  // namespace
}  // namespace callimport::cli

#include "tests/bench/process_usage.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "libs/testing/status_matchers.h"

namespace callimport::bench {
namespace {

using testing::HasReason;

TEST(ProcessUsageTest, AStatLineCountsItsOwnTimeAndThatOfEndedChildren) {
  const std::string text =
      "42 (odd) name)) S 7 42 42 0 -1 4194560 100 200 0 0 150 50 30 20 20 0 1 0 500 1000 10";

  const auto line = ParseStat(text);

  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->parent, 7);
  EXPECT_DOUBLE_EQ(line->cpu_seconds, 250.0 / static_cast<double>(sysconf(_SC_CLK_TCK)));
}

TEST(ProcessUsageTest, ThePeakIsTheHighWaterMark) {
  EXPECT_EQ(ParsePeakRss("VmPeak:\t  9000 kB\nVmHWM:\t    2048 kB\nVmRSS:\t 1024 kB\n"), 2 << 20);
  EXPECT_EQ(ParsePeakRss("Name:\tkthreadd\n"), 0);
}

TEST(ProcessUsageTest, AProcessThatIsGoneIsNotFound) {
  EXPECT_THAT(UsageOf(1 << 30), HasReason("NO_SUCH_PROCESS"));
}

TEST(ProcessUsageTest, AFamilyHasUsedAtLeastWhatItsHeadHas) {
  const auto alone = UsageOf(getpid());
  const auto family = UsageOfFamily(getpid());

  ASSERT_TRUE(alone.ok() && family.ok());
  EXPECT_GT(alone->peak_rss_bytes, 0);
  EXPECT_GE(family->cpu_seconds, alone->cpu_seconds);
  EXPECT_EQ(*ParentOf(getpid()), getppid());
}

}  // namespace
}  // namespace callimport::bench

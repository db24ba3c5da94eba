#include "services/job-scheduler/domain/calendar_month.h"

#include <gtest/gtest.h>

#include "absl/time/time.h"

namespace callimport::job_scheduler {
namespace {

Timestamp At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return absl::ToChronoTime(time);
}

TEST(CalendarMonthTest, AMonthBeginsAtMidnightOfTheZone) {
  EXPECT_EQ(MonthOf(At("2026-10-31T22:59:59Z"), "Europe/Berlin"), "2026-10");
  EXPECT_EQ(MonthOf(At("2026-10-31T23:00:00Z"), "Europe/Berlin"), "2026-11");
  EXPECT_EQ(MonthOf(At("2026-11-01T06:59:59Z"), "America/Los_Angeles"), "2026-10");
  EXPECT_EQ(MonthOf(At("2026-11-01T00:00:00Z"), ""), "2026-11");
}

TEST(CalendarMonthTest, AMonthIsAYearAndItsMonth) {
  EXPECT_TRUE(IsMonth("2026-11"));
  EXPECT_FALSE(IsMonth("2026-13"));
  EXPECT_FALSE(IsMonth("2026-00"));
  EXPECT_FALSE(IsMonth("2026-1"));
  EXPECT_FALSE(IsMonth("202a-11"));
}

}  // namespace
}  // namespace callimport::job_scheduler

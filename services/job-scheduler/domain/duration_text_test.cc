#include "services/job-scheduler/domain/duration_text.h"

#include <gtest/gtest.h>

namespace callimport::job_scheduler {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Timestamp kNow{seconds(1'800'000'000)};

std::string TextOf(std::chrono::seconds low, std::chrono::seconds high, int64_t fewest = 0,
                   int64_t most = 0) {
  Forecast forecast;
  forecast.earliest = kNow + low;
  forecast.latest = kNow + high;
  forecast.fewest_windows = fewest;
  forecast.most_windows = most;
  return DurationText(forecast, kNow);
}

TEST(DurationTextTest, IsToldInTheUnitThatPeopleWouldUse) {
  EXPECT_EQ(TextOf(seconds(3), seconds(40)), "about 1 minute");
  EXPECT_EQ(TextOf(minutes(5), minutes(12)), "5 to 12 minutes");
  EXPECT_EQ(TextOf(minutes(90), hours(5)), "1 to 5 hours");
  EXPECT_EQ(TextOf(hours(30), hours(100)), "1 to 5 days");
  EXPECT_EQ(TextOf(minutes(119), minutes(119)), "about 119 minutes");
}

TEST(DurationTextTest, WorkOfSeveralNightsIsToldInNights) {
  EXPECT_EQ(TextOf(hours(30), hours(70), 2, 3), "2 to 3 nights");
  EXPECT_EQ(TextOf(hours(30), hours(40), 2, 2), "2 nights");
  EXPECT_EQ(TextOf(hours(3), hours(30), 1, 2), "1 to 2 nights");
  EXPECT_EQ(TextOf(hours(3), hours(4), 1, 1), "3 to 4 hours");
}

TEST(DurationTextTest, MinutesAreRoundedUp) {
  EXPECT_EQ(MinutesBetween(kNow, kNow), 0);
  EXPECT_EQ(MinutesBetween(kNow, kNow + seconds(1)), 1);
  EXPECT_EQ(MinutesBetween(kNow, kNow + seconds(61)), 2);
  EXPECT_EQ(MinutesBetween(kNow + seconds(61), kNow), 0);
}

}  // namespace
}  // namespace callimport::job_scheduler

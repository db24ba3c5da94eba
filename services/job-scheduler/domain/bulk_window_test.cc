#include "services/job-scheduler/domain/bulk_window.h"

#include <gmock/gmock.h>

#include <random>

namespace callimport::job_scheduler {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Eq;
using ::testing::Optional;

Timestamp Utc(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M:%S", text, &time, &error)) << error;
  return absl::ToChronoTime(time);
}

const BulkWindow kUtc("UTC", {});
const BulkWindow kBerlin("Europe/Berlin", {});

TEST(BulkWindowTest, OpensAtTwentyAndStartsNothingFromEightOn) {
  EXPECT_FALSE(kUtc.IsOpen(Utc("2026-01-05 19:59:59")));
  EXPECT_TRUE(kUtc.IsOpen(Utc("2026-01-05 20:00:00")));
  EXPECT_TRUE(kUtc.IsOpen(Utc("2026-01-06 07:59:59")));
  EXPECT_FALSE(kUtc.IsOpen(Utc("2026-01-06 08:00:00")));
  EXPECT_FALSE(kUtc.IsOpen(Utc("2026-01-06 08:00:01")));
}

TEST(BulkWindowTest, TellsWhenItOpenedAndCloses) {
  const Timestamp night = Utc("2026-01-06 03:00:00");
  EXPECT_EQ(kUtc.OpenedAt(night), Utc("2026-01-05 20:00:00"));
  EXPECT_THAT(kUtc.ClosesAt(night), Optional(Utc("2026-01-06 08:00:00")));
  EXPECT_THAT(kUtc.OpensAt(night), Eq(std::nullopt));
  EXPECT_EQ(kUtc.NextAfter(night), Utc("2026-01-06 20:00:00"));
}

TEST(BulkWindowTest, TellsWhenItOpensNext) {
  const Timestamp noon = Utc("2026-01-06 12:00:00");
  EXPECT_THAT(kUtc.OpensAt(noon), Optional(Utc("2026-01-06 20:00:00")));
  EXPECT_THAT(kUtc.ClosesAt(noon), Eq(std::nullopt));
  EXPECT_EQ(kUtc.OpenedAt(noon), Utc("2026-01-05 20:00:00"));
}

TEST(BulkWindowTest, FollowsTheClocksOfTheWorkspace) {
  // Winter: UTC+1.
  EXPECT_TRUE(kBerlin.IsOpen(Utc("2026-01-05 19:00:00")));
  EXPECT_FALSE(kBerlin.IsOpen(Utc("2026-01-06 07:00:00")));
  // Summer: UTC+2.
  EXPECT_TRUE(kBerlin.IsOpen(Utc("2026-07-05 18:00:00")));
  EXPECT_FALSE(kBerlin.IsOpen(Utc("2026-07-06 06:00:00")));
}

TEST(BulkWindowTest, TheNightOfTheLostHourIsElevenHoursLong) {
  const Timestamp night = Utc("2026-03-29 00:59:59");  // 01:59:59, then 03:00:00
  EXPECT_EQ(kBerlin.OpenedAt(night), Utc("2026-03-28 19:00:00"));
  EXPECT_THAT(kBerlin.ClosesAt(night), Optional(Utc("2026-03-29 06:00:00")));
}

TEST(BulkWindowTest, TheNightOfTheDoubledHourIsThirteenHoursLong) {
  const Timestamp night = Utc("2026-10-25 01:30:00");  // 02:30 for the second time
  EXPECT_EQ(kBerlin.OpenedAt(night), Utc("2026-10-24 18:00:00"));
  EXPECT_THAT(kBerlin.ClosesAt(night), Optional(Utc("2026-10-25 07:00:00")));
}

TEST(BulkWindowTest, AnHourThatIsSkippedOpensAtItsEnd) {
  const BulkWindow window("Europe/Berlin", {2, 5});
  EXPECT_THAT(window.OpensAt(Utc("2026-03-29 00:30:00")), Optional(Utc("2026-03-29 01:00:00")));
  EXPECT_THAT(window.ClosesAt(Utc("2026-03-29 01:00:00")), Optional(Utc("2026-03-29 03:00:00")));
}

TEST(BulkWindowTest, AnHourThatComesTwiceIsOpenTwice) {
  const BulkWindow window("Europe/Berlin", {2, 3});
  const Timestamp first = Utc("2026-10-25 00:00:00");
  EXPECT_EQ(window.OpenedAt(first + minutes(90)), first);
  EXPECT_THAT(window.ClosesAt(first), Optional(first + hours(2)));
}

TEST(BulkWindowTest, AWindowWithinADayNeedsNoMidnight) {
  const BulkWindow window("America/New_York", {9, 17});
  EXPECT_FALSE(window.IsOpen(Utc("2026-01-05 13:59:59")));
  EXPECT_TRUE(window.IsOpen(Utc("2026-01-05 14:00:00")));
  EXPECT_FALSE(window.IsOpen(Utc("2026-01-05 22:00:00")));
}

TEST(BulkWindowTest, EqualHoursNeverCloseAndBeginAnewEveryDay) {
  const BulkWindow window("Asia/Kolkata", {8, 8});
  const Timestamp now = Utc("2026-01-05 12:00:00");
  EXPECT_TRUE(window.IsOpen(now));
  EXPECT_THAT(window.ClosesAt(now), Eq(std::nullopt));
  EXPECT_EQ(window.OpenedAt(now), Utc("2026-01-04 18:30:00"));
  EXPECT_EQ(window.NextAfter(now), Utc("2026-01-05 18:30:00"));
}

TEST(BulkWindowTest, AnUnknownZoneCountsAsUtc) {
  EXPECT_FALSE(IsTimeZone("Middle/Earth"));
  EXPECT_TRUE(IsTimeZone("Europe/Berlin"));
  EXPECT_TRUE(BulkWindow("Middle/Earth", {}).IsOpen(Utc("2026-01-05 20:00:00")));
}

// Whatever the zone and the hours: between two of its boundaries the window does not change, and
// at each it does.
TEST(BulkWindowTest, BoundariesAreExactlyWhereItChanges) {
  const std::vector<std::string> zones = {"UTC",
                                          "Europe/Berlin",
                                          "America/New_York",
                                          "America/Sao_Paulo",
                                          "Australia/Lord_Howe",
                                          "Antarctica/Troll",
                                          "Asia/Kathmandu",
                                          "Pacific/Apia",
                                          "America/St_Johns"};
  std::minstd_rand random(4);
  for (int round = 0; round < 4'000; ++round) {
    const std::string& zone = zones[random() % zones.size()];
    const BulkHours range{static_cast<int>(random() % 24), static_cast<int>(random() % 24)};
    const BulkWindow window(zone, range);
    const Timestamp now = Utc("2026-01-01 00:00:00") + minutes(random() % (365 * 24 * 60));
    if (range.start == range.end) continue;
    const Timestamp change = window.IsOpen(now) ? *window.ClosesAt(now) : *window.OpensAt(now);
    ASSERT_GT(change, now);
    ASSERT_NE(window.IsOpen(change), window.IsOpen(now)) << zone << range.start << range.end;
    for (Timestamp between = now; between < change; between += minutes(7)) {
      ASSERT_EQ(window.IsOpen(between), window.IsOpen(now)) << zone << range.start << range.end;
    }
    const Timestamp opened = window.OpenedAt(now);
    ASSERT_LE(opened, now);
    ASSERT_TRUE(window.IsOpen(opened));
    ASSERT_FALSE(window.IsOpen(opened - seconds(1)));
  }
}

}  // namespace
}  // namespace callimport::job_scheduler

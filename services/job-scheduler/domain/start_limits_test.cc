#include "services/job-scheduler/domain/start_limits.h"

#include <gmock/gmock.h>

namespace callimport::job_scheduler {
namespace {

using common::v1::WORK_CLASS_BULK;
using common::v1::WORK_CLASS_INTERACTIVE;
using common::v1::WORK_CLASS_RECONCILE;
using common::v1::WORK_CLASS_SYNC;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Eq;
using ::testing::Optional;

const Timestamp kNow(seconds(1'767'225'600));

TEST(StartLimitsTest, ASecondIsCountedByItself) {
  StartCount count;
  CountStarts(count, kNow + milliseconds(200), 7, {}, 0);
  CountStarts(count, kNow + milliseconds(999), 3, {}, 0);
  EXPECT_EQ(StartedThisSecond(count, kNow + milliseconds(999)), 10);
  EXPECT_EQ(StartedThisSecond(count, kNow + milliseconds(1'000)), 0);
}

TEST(StartLimitsTest, AWindowIsCountedByItself) {
  StartCount count;
  CountStarts(count, kNow, 7, kNow, 5);
  CountStarts(count, kNow, 7, kNow, 4);
  EXPECT_EQ(StartedInWindow(count, kNow), 9);
  EXPECT_EQ(StartedInWindow(count, kNow + seconds(86'400)), 0);
  CountStarts(count, kNow, 7, kNow + seconds(86'400), 0);
  EXPECT_EQ(StartedInWindow(count, kNow), 9) << "other classes use nothing of it";
}

TEST(StartLimitsTest, ZeroIsNoLimit) {
  EXPECT_EQ(RoomIn(0, 1'000'000), kNoLimit);
  EXPECT_EQ(RoomIn(10, 3), 7);
  EXPECT_EQ(RoomIn(10, 30), 0);
}

TEST(StartLimitsTest, AWaitHoldsWhatIsNotMoreUrgent) {
  const std::vector<Parking> parkings = {{WORK_CLASS_SYNC, kNow + seconds(30)}};
  EXPECT_THAT(ParkedUntil(parkings, WORK_CLASS_SYNC, kNow), Optional(kNow + seconds(30)));
  EXPECT_THAT(ParkedUntil(parkings, WORK_CLASS_BULK, kNow), Optional(kNow + seconds(30)));
  EXPECT_THAT(ParkedUntil(parkings, WORK_CLASS_INTERACTIVE, kNow), Eq(std::nullopt));
  EXPECT_THAT(ParkedUntil(parkings, WORK_CLASS_BULK, kNow + seconds(30)), Eq(std::nullopt));
}

TEST(StartLimitsTest, TheLongestWaitCounts) {
  const std::vector<Parking> parkings = {{WORK_CLASS_BULK, kNow + seconds(900)},
                                         {WORK_CLASS_SYNC, kNow + seconds(30)}};
  EXPECT_THAT(ParkedUntil(parkings, WORK_CLASS_BULK, kNow), Optional(kNow + seconds(900)));
  EXPECT_THAT(ParkedUntil(parkings, WORK_CLASS_RECONCILE, kNow), Optional(kNow + seconds(30)));
}

TEST(StartLimitsTest, WhoWaitedStartsSlowly) {
  const StartLimits limits{.starts_per_second = 50,
                           .concurrent_calls = 0,
                           .platforms = {},
                           .woken_starts_per_second = 5,
                           .woken_for = seconds(10)};
  const std::vector<Parking> parkings = {{WORK_CLASS_BULK, kNow}};
  EXPECT_EQ(StartsPerSecond(limits, {}, kNow), 50);
  EXPECT_EQ(StartsPerSecond(limits, parkings, kNow), 5);
  EXPECT_EQ(StartsPerSecond(limits, parkings, kNow + seconds(9)), 5);
  EXPECT_EQ(StartsPerSecond(limits, parkings, kNow + seconds(10)), 50);
}

TEST(StartLimitsTest, APlatformWithoutLimitsOfItsOwnHasNone) {
  EXPECT_EQ(LimitsOf({}, "gong").concurrent_calls, 0);
  EXPECT_EQ(LimitsOf({}, "gong").call_cost, 1);
}

}  // namespace
}  // namespace callimport::job_scheduler

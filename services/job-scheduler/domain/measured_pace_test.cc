#include "services/job-scheduler/domain/measured_pace.h"

#include <gtest/gtest.h>

#include <limits>

namespace callimport::job_scheduler {
namespace {

using std::chrono::hours;

constexpr Pace kAssumed{.slow = 0.1, .fast = 10};
// 2026-11-02T12:00:00Z
constexpr Timestamp kNoon{std::chrono::seconds(1'793'620'800)};

TEST(MeasuredPaceTest, IsAssumedUntilSomethingIsMeasured) {
  EXPECT_EQ(PaceFrom({}, kAssumed).slow, kAssumed.slow);
  EXPECT_EQ(PaceFrom({0, -1, std::numeric_limits<double>::infinity()}, kAssumed).fast,
            kAssumed.fast);
}

TEST(MeasuredPaceTest, HoldsWhatWasMeasuredAndIsWiderTheLessThatIs) {
  const Pace one = PaceFrom({2}, kAssumed);
  const Pace many = PaceFrom(std::vector<double>(25, 2.0), kAssumed);

  EXPECT_DOUBLE_EQ(one.slow, 1);
  EXPECT_DOUBLE_EQ(one.fast, 4);
  EXPECT_GT(many.slow, one.slow);
  EXPECT_LT(many.fast, one.fast);
  EXPECT_LT(many.slow, 2);
  EXPECT_GT(many.fast, 2);
}

TEST(MeasuredPaceTest, HoursOutsideTheWindowAreNoWork) {
  const BulkWindow nights("UTC", {20, 8});

  EXPECT_DOUBLE_EQ(OpenSeconds(nights, kNoon, kNoon + hours(24)), 12 * 3'600);
  EXPECT_DOUBLE_EQ(OpenSeconds(nights, kNoon, kNoon + hours(9)), 3'600);
  EXPECT_DOUBLE_EQ(OpenSeconds(nights, kNoon, kNoon + hours(1)), 0);
  EXPECT_DOUBLE_EQ(OpenSeconds(BulkWindow("UTC", {0, 0}), kNoon, kNoon + hours(24)), 24 * 3'600);
}

}  // namespace
}  // namespace callimport::job_scheduler

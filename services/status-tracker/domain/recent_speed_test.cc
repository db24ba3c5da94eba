#include "services/status-tracker/domain/recent_speed.h"

#include <gtest/gtest.h>

#include <chrono>

namespace callimport::status_tracker {
namespace {

using namespace std::chrono_literals;

const Timestamp kStart{std::chrono::seconds(1'767'225'600)};

common::v1::Progress Completed(int64_t calls, int64_t duplicates = 0) {
  common::v1::Progress progress;
  progress.set_completed_calls(calls);
  progress.set_duplicate_calls(duplicates);
  progress.set_processed_calls(calls + duplicates);
  return progress;
}

TEST(RecentSpeedTest, IsUnknownAfterOneObservation) {
  RecentSpeed speed;
  speed.Observe(Completed(100), kStart);

  EXPECT_EQ(speed.calls_per_second(), 0);
}

TEST(RecentSpeedTest, MeasuresBetweenTwoObservations) {
  RecentSpeed speed;
  speed.Observe(Completed(100), kStart);
  speed.Observe(Completed(120), kStart + 2s);

  EXPECT_DOUBLE_EQ(speed.calls_per_second(), 10);
}

TEST(RecentSpeedTest, LetsTheNewSpeedWinWithinAMinute) {
  RecentSpeed speed;
  speed.Observe(Completed(0), kStart);
  speed.Observe(Completed(1000), kStart + 1s);
  for (int i = 1; i <= 60; ++i) speed.Observe(Completed(1000 + i), kStart + 1s + i * 1s);

  EXPECT_LT(speed.calls_per_second(), 60);
  EXPECT_GT(speed.calls_per_second(), 1);
}

TEST(RecentSpeedTest, ASlowStartDoesNotLinger) {
  RecentSpeed speed;
  speed.Observe(Completed(0), kStart);
  speed.Observe(Completed(0), kStart + 1s);
  speed.Observe(Completed(3), kStart + 2s);

  EXPECT_DOUBLE_EQ(speed.calls_per_second(), 1.5);
}

TEST(RecentSpeedTest, DoesNotCountDuplicates) {
  RecentSpeed speed;
  speed.Observe(Completed(0), kStart);
  speed.Observe(Completed(5, 5000), kStart + 1s);

  EXPECT_DOUBLE_EQ(speed.calls_per_second(), 5);
}

TEST(RecentSpeedTest, SurvivesSeveralEventsAtOneMoment) {
  RecentSpeed speed;
  for (int i = 0; i < 5; ++i) speed.Observe(Completed(i), kStart);
  speed.Observe(Completed(10), kStart + 1s);

  EXPECT_DOUBLE_EQ(speed.calls_per_second(), 10);
}

TEST(RecentSpeedTest, MeasuresAnewWhenFailedCallsAreTakenBack) {
  RecentSpeed speed;
  speed.Observe(Completed(100), kStart);
  speed.Observe(Completed(40), kStart + 1s);
  speed.Observe(Completed(44), kStart + 2s);

  EXPECT_DOUBLE_EQ(speed.calls_per_second(), 4);
}

}  // namespace
}  // namespace callimport::status_tracker

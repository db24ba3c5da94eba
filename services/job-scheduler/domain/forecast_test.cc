#include "services/job-scheduler/domain/forecast.h"

#include <gtest/gtest.h>

#include "absl/time/time.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Timestamp At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return absl::ToChronoTime(time);
}

const Timestamp kNoon = At("2026-11-02T12:00:00Z");
const Timestamp kEvening = At("2026-11-02T20:00:00Z");

ForecastTask Task(int64_t calls) {
  ForecastTask task;
  task.calls = calls;
  task.vendor_requests = calls;
  task.pace = {.slow = 1, .fast = 1};
  return task;
}

void ExpectAbout(Timestamp actual, Timestamp expected, minutes tolerance) {
  EXPECT_GE(actual, expected - tolerance) << absl::FromChrono(actual);
  EXPECT_LE(actual, expected + tolerance) << absl::FromChrono(actual);
}

TEST(ForecastTest, NothingToDoIsDoneAtOnce) {
  const Forecast forecast = ForecastOf(Task(0), kNoon);

  EXPECT_EQ(forecast.start, kNoon);
  EXPECT_EQ(forecast.earliest, kNoon);
  ExpectAbout(forecast.latest, kNoon, minutes(2));
}

TEST(ForecastTest, WithoutLimitsTheEngineIsTheBound) {
  const Forecast forecast = ForecastOf(Task(3'600), kNoon);

  ExpectAbout(forecast.earliest, kNoon + hours(1), minutes(5));
  ExpectAbout(forecast.latest, kNoon + hours(1), minutes(8));
  EXPECT_LE(forecast.earliest, kNoon + hours(1));
  EXPECT_GE(forecast.latest, kNoon + hours(1));
  EXPECT_EQ(forecast.bound, SpeedBound::kEngine);
  EXPECT_FALSE(forecast.daily_quota_share);
}

TEST(ForecastTest, FiftyRequestsADayMakeTenThousandCallsTwoHundredDays) {
  ForecastTask task = Task(10'000);
  task.daily_requests = 50;

  const Forecast forecast = ForecastOf(task, kNoon);

  EXPECT_DOUBLE_EQ(*forecast.daily_quota_share, 200);
  ExpectAbout(forecast.earliest, kNoon + hours(24 * 189), minutes(24 * 60));
  ExpectAbout(forecast.latest, kNoon + hours(24 * 213), minutes(2 * 24 * 60));
  EXPECT_EQ(forecast.bound, SpeedBound::kQuota);
}

TEST(ForecastTest, ARateBoundsWhatTheEngineCouldDo) {
  ForecastTask task = Task(3'600);
  task.pace = {.slow = 50, .fast = 100};
  task.vendor_requests = 7'200;
  task.requests_per_second = 2;

  const Forecast forecast = ForecastOf(task, kNoon);

  ExpectAbout(forecast.earliest, kNoon + minutes(57), minutes(1));
  EXPECT_GT(forecast.latest, kNoon + hours(1));
  EXPECT_EQ(forecast.bound, SpeedBound::kQuota);
}

TEST(ForecastTest, BulkWaitsForTheWindowAndGoesOnTheNextNight) {
  ForecastTask task = Task(18 * 3'600);  // 18 hours of work, nights of 12
  task.window = BulkWindow("UTC", {20, 8});

  const Forecast forecast = ForecastOf(task, kNoon);

  EXPECT_EQ(forecast.start, kEvening);
  EXPECT_EQ(forecast.fewest_windows, 2);
  EXPECT_EQ(forecast.most_windows, 2);
  ExpectAbout(forecast.earliest, kEvening + hours(24 + 5), minutes(15));
  ExpectAbout(forecast.latest, kEvening + hours(24 + 7), minutes(15));
  EXPECT_EQ(forecast.bound, SpeedBound::kWindow);
}

TEST(ForecastTest, PacingBoundsWhatOneNightTakes) {
  ForecastTask task = Task(12'000);
  task.pace = {.slow = 10, .fast = 10};
  task.window = BulkWindow("UTC", {20, 8});
  task.calls_per_window = 5'000;

  const Forecast forecast = ForecastOf(task, kNoon);

  EXPECT_EQ(forecast.fewest_windows, 3);
  EXPECT_EQ(forecast.most_windows, 3);
  EXPECT_EQ(forecast.bound, SpeedBound::kWindow);
}

TEST(ForecastTest, PacingHoldsPerDayWhereTheWindowNeverCloses) {
  ForecastTask task = Task(12'000);
  task.pace = {.slow = 10, .fast = 10};
  task.window = BulkWindow("UTC", {0, 0});
  task.calls_per_window = 5'000;

  const Forecast forecast = ForecastOf(task, kNoon);

  EXPECT_EQ(forecast.start, kNoon);
  EXPECT_GT(forecast.earliest, At("2026-11-04T00:00:00Z"));
  EXPECT_LT(forecast.latest, At("2026-11-04T02:00:00Z"));
}

TEST(ForecastTest, TheNightTheClocksGoBackIsAnHourLonger) {
  const Timestamp before = At("2026-10-24T18:00:00Z");  // 20:00 in Berlin
  ForecastTask task = Task(3'600);
  task.pace = {.slow = 0.08, .fast = 0.0803};  // 12.45 hours of work
  task.window = BulkWindow("Europe/Berlin", {20, 8});

  const Forecast longer = ForecastOf(task, before);
  const Forecast usual = ForecastOf(task, before - hours(24));

  EXPECT_EQ(longer.fewest_windows, 1);
  EXPECT_EQ(usual.most_windows, 2);
}

TEST(ForecastTest, WhatComesBeforeIsWaitedFor) {
  ForecastTask task = Task(3'600);
  task.calls_before = 7'200;

  const Forecast forecast = ForecastOf(task, kNoon);

  ExpectAbout(forecast.start, kNoon + hours(2), minutes(8));
  ExpectAbout(forecast.latest, kNoon + hours(3), minutes(15));
}

TEST(ForecastTest, WorkOfACenturyStillHasAnEnd) {
  ForecastTask task = Task(1'000'000'000);
  task.daily_requests = 50;
  task.window = BulkWindow("UTC", {20, 8});

  const Forecast forecast = ForecastOf(task, kNoon);

  EXPECT_GT(forecast.earliest, kNoon + hours(24 * 365 * 50));
  EXPECT_LE(forecast.earliest, forecast.latest);
}

}  // namespace
}  // namespace callimport::job_scheduler

#include "services/job-scheduler/domain/finish_estimate.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

namespace callimport::job_scheduler {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const Timestamp kStart{seconds(1'767'225'600) + hours(21)};  // 2026-01-01 21:00 UTC
const BulkWindow kNights("UTC", {.start = 20, .end = 8});

ImportJob JobWith(int64_t total, int64_t completed) {
  ImportJob job;
  job.state = common::v1::JOB_STATE_IN_PROGRESS;
  job.progress.set_total_calls(total);
  job.progress.set_exactness(common::v1::EXACTNESS_EXACT);
  job.progress.set_listed_calls(total);
  job.progress.set_completed_calls(completed);
  return job;
}

double HoursUntil(Timestamp time) {
  return std::chrono::duration<double, std::ratio<3600>>(time - kStart).count();
}

TEST(FinishEstimateTest, LiesAroundWhatTheSpeedSoFarPromises) {
  // One call a second; 7,200 are left.
  const JobPace pace{.calls = 3'600, .at = kStart, .active_seconds = 3'600};

  const auto estimate = EstimateFinish(JobWith(10'800, 3'600), pace, {}, {}, kStart);

  EXPECT_LT(HoursUntil(estimate->earliest), 2);
  EXPECT_GT(HoursUntil(estimate->earliest), 1.5);
  EXPECT_GT(HoursUntil(estimate->latest), 2);
  EXPECT_LT(HoursUntil(estimate->latest), 2.5);
}

TEST(FinishEstimateTest, SaysNothingBeforeItCan) {
  const JobPace few{.calls = 4, .at = kStart, .active_seconds = 10};
  EXPECT_FALSE(EstimateFinish(JobWith(10, 4), few, {}, {}, kStart));

  const JobPace some{.calls = 6, .at = kStart, .active_seconds = 10};
  ImportJob job = JobWith(10, 6);
  EXPECT_TRUE(EstimateFinish(job, some, {}, {}, kStart));
  job.progress.clear_total_calls();
  EXPECT_FALSE(EstimateFinish(job, some, {}, {}, kStart));
  job = JobWith(10, 6);
  job.state = common::v1::JOB_STATE_PAUSED;
  EXPECT_FALSE(EstimateFinish(job, some, {}, {}, kStart));
}

TEST(FinishEstimateTest, NightsAreLaidEndToEnd) {
  // 1,000 calls an hour, 22,500 left: 11 hours tonight, and 11.5 of the next 12.
  const JobPace pace{.calls = 10'000, .at = kStart, .active_seconds = 36'000};
  const WorkingHours working{.window = kNights};

  const auto estimate = EstimateFinish(JobWith(32'500, 10'000), pace, working, {}, kStart);

  EXPECT_NEAR(HoursUntil(estimate->earliest), 33.4, 0.3);
  EXPECT_NEAR(HoursUntil(estimate->latest), 47.6, 0.3);  // the third night
}

TEST(FinishEstimateTest, ANightHasItsShareOfCalls) {
  // Fast enough for all of it in minutes; 5,000 a night.
  const JobPace pace{.calls = 3'000, .at = kStart, .active_seconds = 300};
  const WorkingHours working{
      .window = kNights, .calls_per_window = 5'000, .started_in_window = 3'000};

  const auto estimate = EstimateFinish(JobWith(12'000, 3'000), pace, working, {}, kStart);

  EXPECT_NEAR(HoursUntil(estimate->latest), 47, 0.2);  // 2,000 now, 5,000, 2,000
}

TEST(FinishEstimateTest, WhatIsTriedAgainLaterEndsNoSooner) {
  const JobPace pace{.calls = 3'600, .at = kStart, .active_seconds = 3'600};

  const auto estimate = EstimateFinish(JobWith(3'601, 3'600), pace, {}, kStart + hours(6), kStart);

  EXPECT_EQ(estimate->earliest, kStart + hours(6));
}

TEST(FinishEstimateTest, AJobThatStandsStillNeverEndsBeyondAllTime) {
  const JobPace pace{.calls = 5, .at = kStart, .active_seconds = 1e9};
  const WorkingHours working{.window = kNights};

  const auto estimate = EstimateFinish(JobWith(1'000'000, 5), pace, working, {}, kStart);

  EXPECT_GT(estimate->latest, kStart);
}

TEST(FinishEstimateTest, TimeInWhichTheCalendarHeldTheJobIsNoPartOfItsPace) {
  JobPace pace;
  ImportJob job = JobWith(100, 10);
  Look(pace, job, false, kStart);
  job = JobWith(100, 40);
  Look(pace, job, false, kStart + seconds(60));
  Look(pace, job, true, kStart + seconds(120));
  Look(pace, job, false, kStart + seconds(180));
  Look(pace, job, false, kStart + hours(100));  // nobody looked for a while

  EXPECT_EQ(pace.active_seconds, 60 + 60 + 300);
  EXPECT_EQ(pace.calls, 40);
}

// 200 imports at a speed that changes by the minute: the farther an import is, the smaller the
// error of the estimate, and the end lies in the interval nearly always.
TEST(FinishEstimateTest, TheErrorShrinksTheFartherAnImportIs) {
  constexpr int kImports = 200;
  constexpr int64_t kCalls = 6'000;
  constexpr std::array kShares = {0.05, 0.2, 0.4, 0.6, 0.8, 0.95};
  std::array<double, kShares.size()> errors{};
  int inside = 0;
  for (unsigned seed = 1; seed <= kImports; ++seed) {
    std::minstd_rand random(seed);
    std::gamma_distribution<double> calls_a_minute(2.0, 30.0);
    Timestamp now = kStart;
    JobPace pace;
    std::vector<FinishEstimate> estimates;
    for (double done = 0; done < kCalls; now += seconds(60)) {
      const ImportJob job = JobWith(kCalls, static_cast<int64_t>(done));
      Look(pace, job, false, now);
      if (estimates.size() < kShares.size() && done >= kShares[estimates.size()] * kCalls) {
        estimates.push_back(*EstimateFinish(job, pace, {}, {}, now));
      }
      done += calls_a_minute(random);
    }
    for (size_t place = 0; place < estimates.size(); ++place) {
      const FinishEstimate& estimate = estimates[place];
      const double middle = (HoursUntil(estimate.earliest) + HoursUntil(estimate.latest)) / 2;
      errors[place] += std::abs(middle - HoursUntil(now)) / kImports;
      inside += int{estimate.earliest <= now && now <= estimate.latest};
    }
  }
  for (size_t place = 1; place < errors.size(); ++place) {
    EXPECT_LT(errors[place], errors[place - 1]) << "at " << kShares[place];
  }
  EXPECT_GT(inside, kImports * static_cast<int>(kShares.size()) * 8 / 10);
}

}  // namespace
}  // namespace callimport::job_scheduler

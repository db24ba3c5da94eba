#include "services/job-scheduler/domain/job_charge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace callimport::job_scheduler {
namespace {

JobCharge Quoted(int64_t free_calls, int64_t billable) {
  return {
      .month = "2026-11", .free_held = free_calls, .billable = billable, .cost_per_call_cents = 20};
}

TEST(JobChargeTest, UsesTheFreeCallsFirst) {
  JobCharge charge = Quoted(10, 5);

  EXPECT_EQ(Recount(charge, 10, false), (UsageChange{}));
  EXPECT_EQ(Recount(charge, 12, false), (UsageChange{0, 2, 40}));
  EXPECT_EQ(Recount(charge, 15, true), (UsageChange{0, 3, 60}));
}

TEST(JobChargeTest, CountingTheSameTwiceChangesNothing) {
  JobCharge charge = Quoted(10, 5);
  Recount(charge, 13, true);

  EXPECT_EQ(Recount(charge, 13, true), (UsageChange{}));
}

TEST(JobChargeTest, WhatFailedCostsNothingAndItsFreeCallsGoBack) {
  JobCharge charge = Quoted(10, 5);

  EXPECT_EQ(Recount(charge, 4, true), (UsageChange{-6, 0, 0}));
  EXPECT_EQ(charge.free_held, 4);
}

TEST(JobChargeTest, NeverBillsMoreThanWasQuoted) {
  JobCharge charge = Quoted(10, 5);

  EXPECT_EQ(Recount(charge, 5'000, true), (UsageChange{0, 5, 100}));
}

TEST(JobChargeTest, AJobOfIncludedCallsCountsNothing) {
  JobCharge charge;

  EXPECT_EQ(Recount(charge, 5'000, true), (UsageChange{}));
}

TEST(JobChargeTest, FreeCallsThatComeBackByARetryAreUsedBeforeMoreIsBilled) {
  JobCharge charge = Quoted(10, 5);
  Recount(charge, 12, true);  // three failed
  charge.free_held += 1;      // taken anew for the retry

  EXPECT_EQ(Recount(charge, 15, true), (UsageChange{0, 2, 40}));
}

TEST(JobChargeTest, FreeCallsTakenForARetryThatFailedGoBack) {
  JobCharge charge = Quoted(10, 5);
  Recount(charge, 12, true);
  charge.free_held += 1;

  EXPECT_EQ(Recount(charge, 12, true), (UsageChange{-1, 0, 0}));
}

TEST(JobChargePropertyTest, EndsAtThePriceOfWhatWasImportedHoweverItWent) {
  std::mt19937 random(11);
  for (int round = 0; round < 2'000; ++round) {
    const auto draw = [&](int64_t most) {
      return std::uniform_int_distribution<int64_t>(0, most)(random);
    };
    JobCharge charge = Quoted(draw(20), draw(50));
    const int64_t free_calls = charge.free_held;
    const int64_t billable = charge.billable;
    UsageChange sum{.free_calls = free_calls};
    int64_t completed = 0;
    for (int step = 0; step < 10; ++step) {
      completed += draw(10);
      const UsageChange change = Recount(charge, completed, step == 9);
      sum.free_calls += change.free_calls;
      sum.billed_calls += change.billed_calls;
      sum.billed_cents += change.billed_cents;
    }

    EXPECT_EQ(sum.free_calls, std::min(completed, free_calls));
    EXPECT_EQ(sum.billed_calls, std::clamp<int64_t>(completed - free_calls, 0, billable));
    EXPECT_EQ(sum.billed_cents, sum.billed_calls * 20);
  }
}

}  // namespace
}  // namespace callimport::job_scheduler

#include "services/job-scheduler/domain/source.h"

#include <gtest/gtest.h>

#include "services/job-scheduler/domain/sync_plan.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Timestamp kNow{seconds(1'767'225'600)};

class SourceTest : public ::testing::Test {
 protected:
  SourceTest() {
    source_.settings.enabled = false;
    Configure(source_, {}, kNow);
  }
  void Run(Timestamp at) {
    BeginSync(source_, "job", false, at);
    EndSync(source_, {.job_id = "job",
                      .state = common::v1::JOB_STATE_COMPLETED,
                      .ended_at = at,
                      .listed_from = kEarliestDefault,
                      .listed_until = at});
  }

  Source source_;
};

TEST_F(SourceTest, IsSyncedAtOnceThenHourly) {
  EXPECT_EQ(DueAt(source_), kNow);

  Run(kNow + seconds(3));

  EXPECT_EQ(source_.next_sync_at, kNow + hours(1));
}

TEST_F(SourceTest, IsNotDueWhileASyncRuns) {
  BeginSync(source_, "job", false, kNow);

  EXPECT_FALSE(DueAt(source_).has_value());
}

TEST_F(SourceTest, MissedTicksAreCaughtUpOnce) {
  Run(kNow);
  Run(kNow + hours(9) + minutes(20));

  EXPECT_EQ(source_.next_sync_at, kNow + hours(10));
}

TEST_F(SourceTest, AnotherFrequencyHoldsFromTheNextTickOn) {
  Run(kNow);

  Configure(source_, {.frequency = minutes(5)}, kNow + minutes(1));
  EXPECT_EQ(source_.next_sync_at, kNow + hours(1));
  Run(kNow + hours(1));

  EXPECT_EQ(source_.next_sync_at, kNow + hours(1) + minutes(5));
}

TEST_F(SourceTest, SwitchedOffItIsNeverDue) {
  Configure(source_, {.enabled = false}, kNow);

  EXPECT_FALSE(DueAt(source_).has_value());
  EXPECT_FALSE(source_.next_reconcile_at.has_value());
}

TEST_F(SourceTest, UnhealthyItIsProbedEverMoreRarelyAndNotSynced) {
  MarkUnhealthy(source_, "refused", kNow);
  EXPECT_FALSE(DueAt(source_).has_value());
  EXPECT_EQ(source_.next_probe_at, kNow + minutes(5));

  FailProbe(source_, "still refused", kNow);
  EXPECT_EQ(source_.next_probe_at, kNow + minutes(10));
  for (int probe = 0; probe < 20; ++probe) FailProbe(source_, "still refused", kNow);
  EXPECT_EQ(source_.next_probe_at, kNow + hours(6));

  MarkHealthy(source_, kNow + hours(2));
  EXPECT_EQ(DueAt(source_), kNow + hours(2)) << "what was missed is caught up";
}

TEST_F(SourceTest, ARefusalMakesItUnhealthy) {
  BeginSync(source_, "job", false, kNow);
  EndSync(source_, {.state = common::v1::JOB_STATE_FAILED,
                    .ended_at = kNow,
                    .refused = true,
                    .refusal = "INVALID_KEY"});

  EXPECT_EQ(source_.health, SourceHealth::kUnhealthy);
  EXPECT_EQ(source_.health_text, "INVALID_KEY");
}

TEST_F(SourceTest, LearnsHowLateItsVendorTells) {
  EndSync(source_, {.ended_at = kNow, .listed_until = kNow, .late = hours(10)});
  EXPECT_EQ(source_.overlap, hours(15));

  for (int sync = 0; sync < 200; ++sync) EndSync(source_, {.listed_until = kNow});
  EXPECT_EQ(source_.overlap, hours(2)) << "and forgets it slowly";

  EndSync(source_, {.listed_until = kNow, .late = hours(24 * 30)});
  EXPECT_EQ(source_.overlap, hours(24 * 7));
}

TEST_F(SourceTest, WhatWasCutShortIsListedAgain) {
  EndSync(source_, {.listed_until = kNow});
  EndSync(source_, {.state = common::v1::JOB_STATE_CANCELLED});

  EXPECT_EQ(source_.synced_until, kNow);
}

TEST_F(SourceTest, TheFirstSyncTakesTheNewestOfAllCalls) {
  const SyncPlan plan = PlanDue(source_, kNow);

  EXPECT_EQ(plan.reason, SyncReason::kFirst);
  EXPECT_TRUE(plan.newest_first);
  EXPECT_EQ(plan.window.start, kEarliestDefault);
  EXPECT_EQ(plan.window.end, kNow);
}

TEST_F(SourceTest, TheNextOnesLookBackOverTheOverlap) {
  Run(kNow);

  const SyncPlan plan = PlanDue(source_, kNow + hours(1));

  EXPECT_EQ(plan.reason, SyncReason::kScheduled);
  EXPECT_EQ(plan.work_class, common::v1::WORK_CLASS_SYNC);
  EXPECT_EQ(plan.window.start, kNow - source_.overlap);
  EXPECT_FALSE(plan.newest_first);
}

TEST_F(SourceTest, TheyNeverReachForWhatTheFirstOneLeft) {
  EndSync(source_, {.listed_from = kNow - minutes(10), .listed_until = kNow});

  EXPECT_EQ(PlanDue(source_, kNow + minutes(60)).window.start, kNow - minutes(10));
}

TEST_F(SourceTest, AFullSyncListsEverything) {
  Configure(source_, {.mode = SyncMode::kFull}, kNow);
  Run(kNow);

  EXPECT_EQ(PlanDue(source_, kNow + hours(1)).window.start, kEarliestDefault);
  EXPECT_FALSE(source_.next_reconcile_at.has_value()) << "it does so each time";
}

TEST_F(SourceTest, OnceADayItReconcilesTheLastDayWithTheSameEngine) {
  Run(kNow);
  const Timestamp later = kNow + hours(24);
  source_.synced_until = later - hours(1);

  const SyncPlan plan = PlanDue(source_, later);
  EXPECT_EQ(plan.kind, JobKind::kReconciliation);
  EXPECT_EQ(plan.work_class, common::v1::WORK_CLASS_RECONCILE);
  EXPECT_EQ(plan.window.start, later - hours(24) - source_.overlap);
  EXPECT_EQ(plan.window.end, later);

  BeginSync(source_, "job", true, later);
  EXPECT_EQ(source_.next_reconcile_at, later + hours(24));
  EXPECT_EQ(source_.next_sync_at, later + hours(1)) << "it has done what the sync would have";
}

TEST_F(SourceTest, ACallIsLateWhenItsTimeHadBeenListed) {
  SyncStatus status;
  status.plan.window = {kNow - hours(3), kNow};
  status.synced_before = kNow - hours(1);

  EXPECT_EQ(LatenessOf(kNow - hours(2), status), hours(2));
  EXPECT_EQ(LatenessOf(kNow - minutes(30), status), seconds(0));
}

}  // namespace
}  // namespace callimport::job_scheduler

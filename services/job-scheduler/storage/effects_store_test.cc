#include "services/job-scheduler/storage/effects_store.h"

#include <algorithm>

#include "libs/postgres/transact.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {
namespace {

using testing::HasReason;

class EffectsStoreTest : public StoreTest {
 protected:
  EffectsStore::Verified Verify(const ImportJob& job) {
    return *effects_.Verify(job.workspace_id, job.job_id);
  }
  EffectCount Effect(const ImportJob& job, const std::string& name) {
    const EffectsStore::Verified verified = Verify(job);
    const auto found = std::find_if(verified.effects.begin(), verified.effects.end(),
                                    [&](const EffectCount& count) { return count.effect == name; });
    EXPECT_NE(found, verified.effects.end()) << name;
    return *found;
  }
  void Tamper(const std::string& sql) {
    ASSERT_TRUE(postgres::Transact(pool(), [&](pqxx::work& tx) { tx.exec(sql); }).ok());
  }

  EffectsStore effects_{pool()};
};

TEST_F(EffectsStoreTest, AFinishedJobHasEverythingExactlyOnce) {
  const ImportJob job = ListJob({"a", "b", "c"});
  Complete(Lease(2));
  Fail(Lease());

  const EffectsStore::Verified verified = Verify(job);

  EXPECT_EQ(verified.calls, 3);
  EXPECT_TRUE(ExactlyOnce(verified.effects));
  EXPECT_EQ(Effect(job, "engagement").expected, 2);
  EXPECT_EQ(Effect(job, "engagement").found, 2);
  EXPECT_EQ(Effect(job, "terminal event").found, 1);
}

TEST_F(EffectsStoreTest, AJobUnderWayHasLostNothingYet) {
  const ImportJob job = ListJob({"a", "b", "c"});
  Complete(Lease(1));
  const auto in_work = Lease(1);

  EXPECT_TRUE(ExactlyOnce(Verify(job).effects));
}

TEST_F(EffectsStoreTest, WhatALaterJobHasAdoptedIsStillAccountedFor) {
  const ImportJob first = ListJob({"a", "b"});
  Complete(Lease(1));
  Fail(Lease());
  const ImportJob second = ListJob({"a", "b"});
  Complete(Lease());

  EXPECT_TRUE(ExactlyOnce(Verify(first).effects));
  EXPECT_TRUE(ExactlyOnce(Verify(second).effects));
  EXPECT_EQ(Verify(second).calls, 1);
}

// The vendor forgot the cursor of the first job, and its pages come again.
TEST_F(EffectsStoreTest, AListingThatIsRepeatedTakesNothingBackFromALaterJob) {
  const ImportJob first = CreateJob();
  const PlanLease lease = StartListing(first);
  ASSERT_TRUE(plans_.StoreCalls(lease, Calls({"a"}, false)).ok());
  Fail(Lease());
  const ImportJob second = ListJob({"a"});
  Fail(Lease());
  ASSERT_TRUE(plans_.StoreCalls(lease, Calls({"a", "b"})).ok());
  Complete(Lease());

  EXPECT_EQ(Find(first).state, common::v1::JOB_STATE_PARTIAL);
  EXPECT_TRUE(ExactlyOnce(Verify(first).effects));
  EXPECT_TRUE(ExactlyOnce(Verify(second).effects));
}

TEST_F(EffectsStoreTest, ARetriedJobIsAnnouncedAsOverOnceMore) {
  const ImportJob job = ListJob({"a"});
  Fail(Lease());
  ASSERT_TRUE(jobs_.RetryFailed("acme", job.job_id, {}).ok());
  Complete(Lease());

  EXPECT_TRUE(ExactlyOnce(Verify(job).effects));
  EXPECT_EQ(Effect(job, "terminal event").found, 1);
}

TEST_F(EffectsStoreTest, ALostCallIsNamed) {
  const ImportJob job = ListJob({"a", "b"});
  Complete(Lease());
  Tamper("DELETE FROM imported_calls WHERE source_call_id = 'b'");

  const EffectCount lost = Effect(job, "call");

  EXPECT_EQ(lost.lost, 1);
  EXPECT_EQ(lost.call_ids.size(), 1u);
  EXPECT_EQ(Effect(job, "engagement").lost, 1);
}

TEST_F(EffectsStoreTest, ADuplicateThatNobodyImportsAnyMoreIsNamed) {
  ListJob({"a"});
  const ImportJob second = ListJob({"a"});
  EXPECT_TRUE(ExactlyOnce(Verify(second).effects));
  Tamper("UPDATE imported_calls SET state = 'SKIPPED', available_at = NULL");

  EXPECT_EQ(Effect(second, "duplicate").lost, 1);
  EXPECT_EQ(Effect(second, "duplicate").call_ids.size(), 1u);

  const ImportJob third = ListJob({"a"});
  Complete(Lease());
  EXPECT_TRUE(ExactlyOnce(Verify(second).effects));
  EXPECT_TRUE(ExactlyOnce(Verify(third).effects));
}

TEST_F(EffectsStoreTest, TwoCallsThatBecameOneEngagementAreADoubleEffect) {
  const ImportJob job = ListJob({"a", "b"});
  Complete(Lease());
  Tamper("UPDATE imported_calls SET engagement_id = 'the same'");

  const EffectCount engagement = Effect(job, "engagement");

  EXPECT_EQ(engagement.doubled, 1);
  EXPECT_EQ(engagement.call_ids.size(), 1u);
}

TEST_F(EffectsStoreTest, NumbersThatAreNotThoseOfTheRowsShow) {
  const ImportJob job = ListJob({"a", "b"});
  Complete(Lease());
  Tamper("UPDATE import_jobs SET completed_calls = 3");

  EXPECT_EQ(Effect(job, "counted ending").lost, 1);
}

TEST_F(EffectsStoreTest, ASecondTerminalEventIsADoubleEffect) {
  const ImportJob job = ListJob({"a"});
  Complete(Lease());
  Tamper(
      "INSERT INTO job_events (revision, subject, body) "
      "SELECT revision + 1, subject, body FROM job_events ORDER BY revision DESC LIMIT 1");

  EXPECT_EQ(Effect(job, "terminal event").doubled, 1);
}

TEST_F(EffectsStoreTest, WhatWasTakenOfThePlanIsCheckedAgainstTheMonth) {
  const ImportJob job = ListJob({"a", "b"});
  Complete(Lease());
  Tamper("UPDATE import_jobs SET charge_month = '2026-01', free_held = 2");
  Tamper(
      "INSERT INTO usage_months (workspace_id, month, free_calls) VALUES ('acme', '2026-01', 2)");
  EXPECT_TRUE(ExactlyOnce(Verify(job).effects));

  Tamper("UPDATE usage_months SET free_calls = 3");
  EXPECT_EQ(Effect(job, "usage of 2026-01").doubled, 1);
  Tamper("UPDATE import_jobs SET free_held = 3");
  EXPECT_EQ(Effect(job, "usage unit").doubled, 1);
}

TEST_F(EffectsStoreTest, TellsWhenTheCallsAreNoLongerKept) {
  const ImportJob job = ListJob({"a"});
  Tamper("UPDATE import_jobs SET calls_forgotten = true");

  EXPECT_THAT(effects_.Verify("acme", job.job_id), HasReason("CALLS_NOT_KEPT"));
  EXPECT_THAT(effects_.Verify("other", job.job_id), HasReason("JOB_NOT_FOUND"));
}

}  // namespace
}  // namespace callimport::job_scheduler

#include "services/job-scheduler/storage/retention_store.h"

#include <algorithm>

#include "libs/postgres/transact.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/audit_table.h"
#include "services/job-scheduler/storage/effects_store.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::days;
using testing::HasReason;
using testing::IsOk;

class RetentionStoreTest : public StoreTest {
 protected:
  // A job that has ended now, with two calls of which one may have failed.
  ImportJob Ended(const std::string& name, bool failed = false) {
    const ImportJob job = ListJob({name + "-1", name + "-2"});
    Complete(Lease(1));
    failed ? Fail(Lease()) : Complete(Lease());
    return Find(job);
  }
  void TellVault() {
    ASSERT_TRUE(postgres::Transact(pool(), [&](pqxx::work& tx) {
                  tx.exec(
                      "UPDATE import_jobs SET credential_released = true "
                      "WHERE finished_at IS NOT NULL");
                }).ok());
  }
  RetentionStore::Forgotten Forget(int least_completed = 0, int least_failed = 0) {
    // None at all cannot be said in SQL by an offset, so one more job is there than is kept.
    Retention retention;
    retention.least_completed = std::max(least_completed, 1);
    retention.least_failed = std::max(least_failed, 1);
    return *RetentionStore(pool(), retention, clock_).Forget();
  }
  bool Exists(const ImportJob& job) { return jobs_.Find("acme", job.job_id).ok(); }
  int64_t Count(const std::string& table) {
    return *postgres::Transact(pool(), [&](pqxx::work& tx) {
      return tx.exec1("SELECT count(*) FROM " + table)[0].as<int64_t>();
    });
  }
};

TEST_F(RetentionStoreTest, WhatEndedLongAgoLosesItsCallsFirstAndThenGoesItself) {
  const ImportJob old = Ended("old");
  TellVault();
  clock_.Advance(days(91));
  const ImportJob newest = Ended("newest");
  TellVault();

  EXPECT_EQ(Forget().calls, 2);
  EXPECT_TRUE(Exists(old));
  EXPECT_TRUE(CallsOf(old).empty());
  EXPECT_EQ(CallsOf(newest).size(), 2u);
  EXPECT_THAT(EffectsStore(pool()).Verify("acme", old.job_id), HasReason("CALLS_NOT_KEPT"));

  clock_.Advance(days(310));
  EXPECT_EQ(Forget().jobs, 1);
  EXPECT_FALSE(Exists(old));
  EXPECT_TRUE(Exists(newest));
}

TEST_F(RetentionStoreTest, CallsThatWereImportedStayKnown) {
  Ended("old");
  TellVault();
  clock_.Advance(days(500));
  Ended("newest");
  Forget();

  EXPECT_EQ(Count("imported_calls"), 4);
  const ImportJob again = ListJob({"old-1", "old-2"});
  EXPECT_EQ(again.progress.duplicate_calls(), 2);
}

TEST_F(RetentionStoreTest, TheNewestAreKeptWhateverTheirAge) {
  std::vector<ImportJob> completed;
  std::vector<ImportJob> failed;
  for (int job = 0; job < 4; ++job) {
    completed.push_back(Ended("good" + std::to_string(job)));
    failed.push_back(Ended("bad" + std::to_string(job), true));
    clock_.Advance(days(1));
  }
  TellVault();
  clock_.Advance(days(1'000));

  EXPECT_EQ(Forget(2, 3).jobs, 2 + 1);
  EXPECT_FALSE(Exists(completed[1]));
  EXPECT_TRUE(Exists(completed[2]));
  EXPECT_FALSE(Exists(failed[0]));
  EXPECT_TRUE(Exists(failed[1]));
  EXPECT_EQ(Forget(100, 500).jobs, 0);
}

TEST_F(RetentionStoreTest, AJobThatRunsIsKeptHoweverLongItTakes) {
  const ImportJob running = ListJob({"a"});
  clock_.Advance(days(2'000));
  Ended("newest");

  Forget();

  EXPECT_EQ(CallsOf(running).size(), 1u);
}

TEST_F(RetentionStoreTest, AJobOfWhichTheVaultHasNotHeardWaits) {
  const ImportJob old = Ended("old");
  clock_.Advance(days(500));
  Ended("newest");

  EXPECT_EQ(Forget().jobs, 0);
  TellVault();
  EXPECT_EQ(Forget().jobs, 1);
  EXPECT_FALSE(Exists(old));
}

TEST_F(RetentionStoreTest, AJobWithoutItsCallsCannotBeRetried) {
  const ImportJob old = Ended("old", true);
  clock_.Advance(days(91));
  Ended("newest", true);
  Forget();

  EXPECT_THAT(jobs_.RetryFailed("acme", old.job_id, {}), HasReason("CALLS_NOT_KEPT"));
}

TEST_F(RetentionStoreTest, NothingIsEverDeletedFromTheAuditLog) {
  ASSERT_THAT(
      postgres::Transact(
          pool(), [&](pqxx::work& tx) { AppendAudit(tx, {"acme", "job", "run_now", {}, "", ""}); }),
      IsOk());
  Ended("old");
  TellVault();
  clock_.Advance(days(5'000));
  Ended("newest");
  Forget();

  EXPECT_EQ(Count("audit_log"), 1);
}

TEST_F(RetentionStoreTest, SyncsThatFoundNothingNewGoAfterAMonth) {
  const ImportJob found = ListJob({"a"});
  Complete(Lease());
  const ImportJob empty = ListJob({"a"});
  ASSERT_EQ(empty.state, common::v1::JOB_STATE_COMPLETED);
  const ImportJob historical = ListJob({"a"});
  ASSERT_TRUE(postgres::Transact(pool(), [&](pqxx::work& tx) {
                tx.exec_params("UPDATE import_jobs SET job_type = 'SYNC' WHERE job_id <> $1",
                               historical.job_id);
              }).ok());
  TellVault();
  EXPECT_EQ(Forget().jobs, 0);
  clock_.Advance(days(31));

  EXPECT_EQ(Forget().jobs, 1);

  EXPECT_FALSE(Exists(empty));
  EXPECT_TRUE(Exists(found)) << "it brought a call";
  EXPECT_TRUE(Exists(historical));
}

}  // namespace
}  // namespace callimport::job_scheduler

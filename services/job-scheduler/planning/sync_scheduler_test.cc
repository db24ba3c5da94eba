#include "services/job-scheduler/planning/sync_scheduler.h"

#include <gmock/gmock.h>

#include <thread>

#include "libs/postgres/transact.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/planning/sync_fixture.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;

class SyncStoreTest : public SyncTest {
 protected:
  std::string One(const std::string& sql) {
    return *postgres::Transact(
        pool(), [&](pqxx::work& tx) { return tx.exec1(sql)[0].as<std::string>(""); });
  }
};

TEST_F(SyncStoreTest, ANewSourceIsSyncedHourlyByDefault) {
  const SourceKey key = Connect();

  EXPECT_EQ(One("SELECT enabled::text || sync_frequency_minutes FROM import_sync_configs"),
            "true60");
  EXPECT_THAT(*syncs_.FindDue(10), ElementsAre(key));
}

TEST_F(SyncStoreTest, AFactThatIsToldTwiceMakesOneSource) {
  const CredentialFact fact = Fact({"acme", NewUuid()});

  EXPECT_THAT(sources_.TakeFacts({fact}, 1), IsOk());
  EXPECT_THAT(sources_.TakeFacts({fact}, 1), IsOk());

  EXPECT_EQ(sources_.List("acme", "", 10)->size(), 1u);
  EXPECT_EQ(*sources_.FeedCursor(), 1);
}

TEST_F(SyncStoreTest, AReplicaThatIsBehindTurnsNothingBack) {
  const SourceKey key = Connect();
  CredentialFact gone = Fact(key);
  gone.gone = true;
  ASSERT_THAT(sources_.TakeFacts({gone}, gone.revision), IsOk());

  CredentialFact old = Fact(key);
  old.revision = 1;
  ASSERT_THAT(sources_.TakeFacts({old}, 1), IsOk());

  EXPECT_EQ(Get(key).health, SourceHealth::kDisconnected);
}

TEST_F(SyncStoreTest, ASnapshotDisconnectsWhatIsNotInIt) {
  const SourceKey kept = Connect();
  const SourceKey gone = Connect();

  ASSERT_THAT(sources_.TakeSnapshot({Fact(kept)}, 50), IsOk());

  EXPECT_EQ(Get(kept).health, SourceHealth::kOk);
  EXPECT_EQ(Get(gone).health, SourceHealth::kDisconnected);
  EXPECT_EQ(*sources_.FeedCursor(), 50);
}

TEST_F(SyncStoreTest, WithoutTheWorkspacesSwitchNothingIsScheduled) {
  const SourceKey key = Connect("globex");

  EXPECT_THAT(*syncs_.FindDue(10), IsEmpty());
  EXPECT_FALSE(syncs_.StartDue(key)->has_value());

  SetWorkspace({.syncs_enabled = true}, "globex");
  EXPECT_THAT(*syncs_.FindDue(10), ElementsAre(key));
}

TEST_F(SyncStoreTest, SyncsMayBeOnUnlessAWorkspaceTurnsThemOff) {
  WorkspaceSettings on;
  on.syncs_enabled = true;
  SyncStore syncs(pool(), listener_, on, clock_);
  const SourceKey key = Connect("globex");
  SetWorkspace({.syncs_enabled = false}, "initech");
  Connect("initech");

  EXPECT_THAT(*syncs.FindDue(10), ElementsAre(key));
}

TEST_F(SyncStoreTest, ACredentialForOneJobIsNotSyncedByItself) {
  const SourceKey key = Connect("acme", true);

  EXPECT_FALSE(Get(key).settings.enabled);
  EXPECT_THAT(*syncs_.FindDue(10), IsEmpty());
}

TEST_F(SyncStoreTest, OneSyncRunsPerSourceOverAnyNumberOfReplicas) {
  const SourceKey key = Connect();
  std::atomic<int> started = 0;

  std::vector<std::jthread> replicas;
  for (int replica = 0; replica < 6; ++replica) {
    replicas.emplace_back([&] { started += syncs_.StartDue(key)->has_value() ? 1 : 0; });
  }
  replicas.clear();

  EXPECT_EQ(started, 1);
  EXPECT_EQ(One("SELECT count(*) FROM import_jobs"), "1");
}

TEST_F(SyncStoreTest, SyncNowJoinsTheOneThatRuns) {
  const SourceKey key = Connect();
  const auto first = syncs_.StartNow(key, Dana());
  const auto second = syncs_.StartNow(key, Dana());

  ASSERT_THAT(second, IsOk());
  EXPECT_FALSE(first->joined);
  EXPECT_TRUE(second->joined);
  EXPECT_EQ(second->job.job_id, first->job.job_id);
  EXPECT_EQ(first->job.kind, JobKind::kSync);
  EXPECT_EQ(first->job.created_by.name(), "dana");
}

TEST_F(SyncStoreTest, SyncNowWorksWhereNothingIsScheduled) {
  const SourceKey key = Connect("globex");
  ASSERT_THAT(sources_.Configure(key, {.enabled = false}, Dana()), IsOk());

  EXPECT_THAT(syncs_.StartNow(key, Dana()), IsOk());
}

TEST_F(SyncStoreTest, ForeignAndUnusableSourcesAreNotSynced) {
  const SourceKey key = Connect();
  EXPECT_THAT(syncs_.StartNow({"globex", key.credential_id}, Dana()),
              HasReason("SOURCE_NOT_FOUND"));
  CredentialFact refused = Fact(key);
  refused.valid = false;
  ASSERT_THAT(sources_.TakeFacts({refused}, refused.revision), IsOk());
  EXPECT_THAT(syncs_.StartNow(key, Dana()), HasReason("SOURCE_UNHEALTHY"));
  ASSERT_THAT(disconnects_.Disconnect(key, Dana()), IsOk());
  EXPECT_THAT(syncs_.StartNow(key, Dana()), HasReason("SOURCE_DISCONNECTED"));
}

TEST_F(SyncStoreTest, TheFirstSyncTakesTheNewestCallsThatAreFree) {
  AddCalls(500);
  const SourceKey key = Connect();

  RunAll();

  EXPECT_EQ(Imported(), 10);
  EXPECT_GE(vendor_.listed_from, clock_.Now() - hours(11));
  const Source source = Get(key);
  EXPECT_THAT(source.note, HasSubstr("newest calls"));
  EXPECT_EQ(source.last_sync_state, common::v1::JOB_STATE_COMPLETED);
  EXPECT_EQ(source.last_sync_calls, 10);
  EXPECT_EQ(source.synced_until, clock_.Now());
  EXPECT_TRUE(source.running_job_id.empty());
}

TEST_F(SyncStoreTest, WithoutAnyFreeCallNothingIsImportedAndItSaysWhy) {
  SetWorkspace({.free_calls_per_month = 0});
  AddCalls(5);
  const SourceKey key = Connect();

  RunAll();

  EXPECT_EQ(Imported(), 0);
  EXPECT_EQ(vendor_.questions, 0);
  EXPECT_THAT(Get(key).note, HasSubstr("free calls are used up"));
}

TEST_F(SyncStoreTest, TheNextSyncTakesWhatIsNew) {
  AddCalls(3);
  const SourceKey key = Connect();
  RunAll();

  clock_.Advance(hours(1));
  vendor_.Add("new", clock_.Now() - minutes(5));
  RunAll();

  EXPECT_EQ(Imported(), 4);
  EXPECT_EQ(Get(key).last_sync_calls, 1);
  EXPECT_EQ(One("SELECT string_agg(reason || ' ' || calls_imported, ',' ORDER BY started_at)"
                " FROM sync_status"),
            "FIRST 3,SCHEDULED 1");
}

TEST_F(SyncStoreTest, NothingIsDueBeforeItsTime) {
  Connect();
  RunAll();
  const int asked = vendor_.questions;

  clock_.Advance(minutes(59));
  RunAll();
  EXPECT_EQ(vendor_.questions, asked);

  clock_.Advance(minutes(1));
  RunAll();
  EXPECT_GT(vendor_.questions, asked);
}

TEST_F(SyncStoreTest, ACallThatCameLateIsFoundByTheReconciliationAndWidensTheOverlap) {
  const SourceKey key = Connect();
  RunAll();
  for (int hour = 0; hour < 23; ++hour) {
    clock_.Advance(hours(1));
    RunAll();
  }
  vendor_.Add("late", clock_.Now() - hours(20));
  RunAll();
  EXPECT_EQ(Imported(), 0);

  clock_.Advance(hours(1));
  RunAll();

  EXPECT_EQ(Imported(), 1);
  EXPECT_GT(Get(key).overlap, hours(21));
  EXPECT_EQ(One("SELECT reason FROM sync_status ORDER BY job_id DESC LIMIT 1"), "RECONCILE");
}

TEST_F(SyncStoreTest, APricedSyncNeverCostsAnything) {
  vendor_.Cost(5);
  SetWorkspace({.free_calls_per_month = 4});
  const SourceKey key = Connect();
  RunAll();
  for (int call = 0; call < 6; ++call) {
    vendor_.Add("call-" + std::to_string(call), clock_.Now() + minutes(call));
  }

  clock_.Advance(hours(1));
  RunAll();

  EXPECT_EQ(Imported(), 4);
  EXPECT_EQ(One("SELECT free_calls || '/' || billed_calls FROM usage_months"), "4/0");
  EXPECT_THAT(Get(key).note, HasSubstr("Not everything new"));

  SetWorkspace({.free_calls_per_month = 100});
  clock_.Advance(hours(1));
  RunAll();
  EXPECT_EQ(Imported(), 6) << "the rest follows when there are free calls again";
  EXPECT_EQ(Get(key).note, "");
}

TEST_F(SyncStoreTest, WhatIsIncludedInThePlanIsNotCut) {
  SetWorkspace({.free_calls_per_month = 4});
  Connect();
  RunAll();
  for (int call = 0; call < 6; ++call) {
    vendor_.Add("call-" + std::to_string(call), clock_.Now() + minutes(call));
  }

  clock_.Advance(hours(1));
  RunAll();

  EXPECT_EQ(Imported(), 6);
}

TEST_F(SyncStoreTest, ACancelledSyncLeavesItsPeriodToTheNext) {
  const SourceKey key = Connect();
  const auto started = syncs_.StartNow(key, Dana());
  ASSERT_THAT(jobs_.Cancel("acme", started->job.job_id), IsOk());

  EXPECT_THAT(scheduler_.Run(), IsOk());

  EXPECT_FALSE(Get(key).synced_until.has_value());
  EXPECT_EQ(Get(key).last_sync_state, common::v1::JOB_STATE_CANCELLED);
}

TEST_F(SyncStoreTest, ASourceIsDueByItsIndexAmongManyOfWorkspacesWithoutSyncs) {
  ASSERT_TRUE(postgres::Transact(pool(), [&](pqxx::work& tx) {
                tx.exec(
                    "INSERT INTO import_sync_configs (workspace_id, credential_id, platform,"
                    " account_ref, ephemeral, overlap_seconds, due_at)"
                    " SELECT 'other-' || number % 1000, gen_random_uuid(), 'gong', 'default',"
                    " false, 7200, '2020-01-01' FROM generate_series(1, 100000) AS number");
                tx.exec("ANALYZE import_sync_configs");
              }).ok());
  const SourceKey key = Connect();

  EXPECT_THAT(*syncs_.FindDue(10), ElementsAre(key));

  const auto plan = postgres::Transact(pool(), [&](pqxx::work& tx) {
    std::string lines;
    for (const auto& row :
         tx.exec("EXPLAIN SELECT due.credential_id FROM workspaces CROSS JOIN LATERAL ("
                 "SELECT workspace_id, credential_id, due_at FROM import_sync_configs"
                 " WHERE import_sync_configs.workspace_id = workspaces.workspace_id"
                 " AND due_at <= now() ORDER BY due_at LIMIT 10) AS due"
                 " WHERE workspaces.syncs_enabled ORDER BY due.due_at LIMIT 10")) {
      lines += row[0].as<std::string>() + "\n";
    }
    return lines;
  });
  EXPECT_THAT(*plan, HasSubstr("import_sync_configs_due"));
}

}  // namespace
}  // namespace callimport::job_scheduler

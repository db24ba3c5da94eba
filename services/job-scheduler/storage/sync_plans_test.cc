// How PostgreSQL goes about what syncs ask, with 50,000 sources and 400,000 syncs that have ended.
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/announcement_store.h"
#include "services/job-scheduler/storage/disconnect_store.h"
#include "services/job-scheduler/storage/plans_fixture.h"
#include "services/job-scheduler/storage/retention_store.h"
#include "services/job-scheduler/storage/source_store.h"
#include "services/job-scheduler/storage/sync_store.h"

namespace callimport::job_scheduler {
namespace {

using testing::IsOk;
using ::testing::SizeIs;

// Five sources a workspace; every tenth workspace has syncs. Of its sources, 20 are due, some run,
// some are refused, some are to be destroyed. $1: now.
constexpr char kFill[] = R"sql(
  INSERT INTO workspaces (workspace_id, syncs_enabled)
  SELECT 'w' || n, n % 10 = 0 FROM generate_series(1, 10000) AS n;

  INSERT INTO import_sync_configs (workspace_id, credential_id, platform, account_ref, ephemeral,
                                   health, next_probe_at, next_sync_at, due_at, overlap_seconds,
                                   running_job_id)
  SELECT 'w' || 1 + n / 5, ('018f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'gong',
         'account', false,
         CASE WHEN n % 1000 = 1 THEN 'UNHEALTHY' WHEN n % 1000 = 2 THEN 'DISCONNECTED' ELSE 'OK' END,
         CASE WHEN n % 1000 = 1 THEN $1::timestamptz - interval '1 minute' END,
         $1::timestamptz + interval '1 hour',
         CASE WHEN n % 1000 IN (1, 2, 3) THEN NULL
              WHEN n % 2500 = 45 THEN $1::timestamptz - interval '1 minute'
              ELSE $1::timestamptz + interval '1 hour' END,
         7200,
         CASE WHEN n % 1000 = 3
              THEN ('018e0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid END
  FROM generate_series(0, 49999) AS n;

  INSERT INTO import_jobs (job_id, workspace_id, credential_id, platform, job_type, state,
                           range_start, range_end, created_by_kind, created_by_name,
                           correlation_id, created_at, plan_after, listing_done, finished_at,
                           credential_released, work_class)
  SELECT ('018e0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'w' || 1 + n % 50000 / 5,
         '018f0000-0000-7000-8000-' || lpad(to_hex(n % 50000), 12, '0'), 'gong',
         CASE WHEN n % 24 = 0 THEN 'RECONCILIATION' ELSE 'SYNC' END, 'COMPLETED', $1, $1, 1, 'dana',
         'correlation', $1, $1, true, $1::timestamptz - n * interval '10 s', true, 'SYNC'
  FROM generate_series(0, 399999) AS n;

  INSERT INTO sync_status (job_id, workspace_id, credential_id, reason, range_start, range_end,
                           newest_first, state, started_at)
  SELECT job_id, workspace_id, credential_id::uuid, 'SCHEDULED', $1, $1, false, state, $1
  FROM import_jobs;

  INSERT INTO announcements (workspace_id, credential_id, announced_at)
  SELECT workspace_id, credential_id, $1 FROM import_sync_configs
  WHERE due_at > $1 ORDER BY credential_id LIMIT 2000)sql";

class SyncPlansTest : public WatchedPlans {
 protected:
  SyncPlansTest() : WatchedPlans({"import_sync_configs", "import_jobs", "sync_status"}) {
    Fill({kFill}, "VACUUM ANALYZE");
    Watch();
  }
};

TEST_F(SyncPlansTest, EveryLookOfSyncsGoesByItsIndex) {
  SyncStore syncs(*watched_, listener_, WorkspaceSettings(), clock_);
  WorkspaceSettings on_by_default;
  on_by_default.syncs_enabled = true;
  SyncStore syncs_everywhere(*watched_, listener_, on_by_default, clock_);
  SourceStore sources(*watched_, WorkspaceSettings(), std::chrono::minutes(60), clock_);
  DisconnectStore disconnects(*watched_);
  AnnouncementStore announcements(*watched_, clock_);

  const auto due = syncs.FindDue(50);
  ASSERT_THAT(due, IsOk());
  ASSERT_THAT(*due, SizeIs(20));
  ExpectByIndex("find due sources of workspaces that have syncs");
  EXPECT_THAT(syncs_everywhere.FindDue(50), IsOk());
  ExpectByIndex("find due sources of any workspace");
  EXPECT_THAT(syncs.StartDue(due->front()), IsOk());
  ExpectByIndex("start a sync that is due");
  EXPECT_THAT(syncs.StartNow(due->back(), {}), IsOk());
  ExpectByIndex("sync now");
  const auto ended = syncs.FindEnded(200);
  ASSERT_THAT(ended, IsOk());
  ASSERT_THAT(*ended, SizeIs(50));
  ExpectByIndex("find syncs that have ended");
  EXPECT_THAT(syncs.Settle(ended->front()), IsOk());
  ExpectByIndex("settle a sync that has ended");
  const auto probes = syncs.TakeProbes(5);
  EXPECT_THAT(*probes, SizeIs(5));
  ExpectByIndex("find sources to probe");
  EXPECT_THAT(syncs.EndProbe(probes->front().key, absl::OkStatus()), IsOk());
  ExpectByIndex("end a probe");
  EXPECT_THAT(*disconnects.FindDoomed(20), SizeIs(20));
  ExpectByIndex("find secrets to destroy");
  EXPECT_THAT(disconnects.FindWork(due->front()), IsOk());
  ExpectByIndex("count what a source has brought");
  EXPECT_THAT(*sources.List("w10", "", 51), SizeIs(5));
  ExpectByIndex("list sources");
  EXPECT_THAT(sources.Find(due->front()), IsOk());
  ExpectByIndex("find a source");
  EXPECT_THAT(announcements.List(50), IsOk());
  ExpectByIndex("find what was announced");
}

TEST_F(SyncPlansTest, WhatIsListedAndCleanedGoesByItsIndexToo) {
  JobStore jobs(*watched_, listener_, clock_);
  Retention retention;
  retention.empty_syncs = std::chrono::days(46);  // the oldest ended 46 days and 7 hours ago
  RetentionStore cleaner(*watched_, retention, clock_);

  const JobList list{.workspace_id = "w10",
                     .limit = 50,
                     .credential_id = "018f0000-0000-7000-8000-00000000002d",
                     .kinds = {JobKind::kSync}};
  EXPECT_THAT(*jobs.List(list), SizeIs(8));
  ExpectByIndex("list the syncs of a source");
  EXPECT_EQ(cleaner.Forget()->jobs, 2'559);
  ExpectByIndex("forget syncs that brought nothing");
}

}  // namespace
}  // namespace callimport::job_scheduler

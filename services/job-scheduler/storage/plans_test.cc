// How PostgreSQL goes about the statements of the queue and of the lists, at a million rows.
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/forgotten_calls_store.h"
#include "services/job-scheduler/storage/mass_import_store.h"
#include "services/job-scheduler/storage/plans_fixture.h"
#include "services/job-scheduler/storage/quote_store.h"
#include "services/job-scheduler/storage/release_store.h"
#include "services/job-scheduler/storage/retention_store.h"
#include "services/job-scheduler/storage/waits_store.h"
#include "services/job-scheduler/storage/workspace_store.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::seconds;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::SizeIs;

constexpr char kBigJob[] = "018f0000-0000-7000-8000-000000000001";

// One job with a million calls, of which 9,008 have failed and the others are due, nine small ones
// of other workspaces, a million jobs that have ended, and a million warnings.
constexpr char kFill[] = R"sql(
  INSERT INTO import_jobs (job_id, workspace_id, credential_id, platform, job_type, state,
                           range_start, range_end, created_by_kind, created_by_name,
                           correlation_id, created_at, plan_after, listed_calls, listing_done)
  SELECT ('018f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
         CASE WHEN n = 1 THEN 'big' ELSE 'small' || n END, 'key' || n, 'gong', 'HISTORICAL',
         'IN_PROGRESS', $1, $1, 1, 'dana', 'correlation', $1, $1,
         CASE WHEN n = 1 THEN 1000000 ELSE 100 END, true
  FROM generate_series(1, 10) AS n;

  INSERT INTO imported_calls (call_id, job_id, workspace_id, platform, source_call_id, state,
                              available_at, deferred, failed_at, error_reason, error_message)
  SELECT ('018f0001-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
         ('018f0000-0000-7000-8000-' || lpad(to_hex(greatest(1, n - 999991)), 12, '0'))::uuid,
         CASE WHEN n <= 999992 THEN 'big' ELSE 'small' || n - 999991 END, 'gong', n::text,
         CASE WHEN failed THEN 'FAILED' ELSE 'PENDING' END,
         CASE WHEN NOT failed THEN $1::timestamptz - interval '1 hour' END, false,
         CASE WHEN failed THEN $1::timestamptz - interval '1 hour' END,
         CASE WHEN failed THEN 'REASON_' || n % 7 END, CASE WHEN failed THEN 'cannot be had' END
  FROM (SELECT n, n <= 999992 AND n % 111 = 0 AS failed
        FROM generate_series(1, 1000001) AS n) AS numbered;

  INSERT INTO job_calls (job_id, call_id, relation, title, record)
  SELECT job_id, call_id, 'NEW', 'title', '\x' FROM imported_calls;

  INSERT INTO import_jobs (job_id, workspace_id, credential_id, platform, job_type, state,
                           range_start, range_end, created_by_kind, created_by_name,
                           correlation_id, created_at, plan_after, listing_done, finished_at,
                           credential_released)
  SELECT ('018e0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
         CASE WHEN n % 2 = 0 THEN 'big' ELSE 'many' || n % 1000 END, 'key' || n % 5000, 'gong',
         'HISTORICAL', CASE WHEN n % 30000 = 0 THEN 'FAILED' ELSE 'COMPLETED' END, $1, $1, 1,
         'dana', 'correlation', $1, $1, true, $1, true
  FROM generate_series(1, 1000000) AS n;

  INSERT INTO import_warnings (job_id, warning_id, source_call_id, reason, message, created_at)
  SELECT CASE WHEN n <= 10000 THEN '018f0000-0000-7000-8000-000000000001'::uuid
              ELSE ('018e0000-0000-7000-8000-' || lpad(to_hex(n / 10), 12, '0'))::uuid END,
         ('018f0002-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, n::text, 'NO_TRANSCRIPT',
         'was promised and is not there', $1
  FROM generate_series(1, 1000000) AS n)sql";

// Filled tables are indexed much faster than indexed tables are filled.
constexpr char kDropIndexes[] = R"sql(
  SET session_replication_role = replica;  -- what is filled in refers to what is there
  SET maintenance_work_mem = '256MB';
  CREATE TEMP TABLE dropped AS
    SELECT schemaname || '.' || indexname AS name, indexdef FROM pg_indexes
    WHERE schemaname = current_schema()
      AND tablename IN ('import_jobs', 'imported_calls', 'job_calls', 'import_warnings')
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname);
  DO $do$ DECLARE one record; BEGIN
    FOR one IN SELECT * FROM dropped LOOP EXECUTE 'DROP INDEX ' || one.name; END LOOP;
  END $do$)sql";

constexpr char kMakeIndexes[] = R"sql(
  DO $do$ DECLARE one record; BEGIN
    FOR one IN SELECT * FROM dropped LOOP EXECUTE one.indexdef; END LOOP;
  END $do$)sql";

class PlansTest : public WatchedPlans {
 protected:
  PlansTest() : WatchedPlans({"imported_calls", "import_jobs", "job_calls", "import_warnings"}) {
    Fill({kDropIndexes, kFill, kMakeIndexes}, "ANALYZE");
    Watch();
  }

  void WorkOnTheQueue();
  void ListJobs();
  void ListCallsOfAJob();
  void LookAfterJobs();

  QueueStore Queue() {
    QueueTerms terms;
    terms.workspaces.bulk_calls_per_window = 0;
    return {*watched_, listener_, terms, clock_};
  }
};

void PlansTest::WorkOnTheQueue() {
  QueueStore queue = Queue();
  PlanStore plans(*watched_, listener_, seconds(15), clock_);
  const auto leased = queue.Lease("worker", 100);
  ASSERT_THAT(leased, IsOk());
  ASSERT_THAT(leased->calls, SizeIs(100));
  ExpectByIndex("lease");
  ASSERT_THAT(queue.Lease("worker", 100), IsOk());
  ExpectByIndex("lease beside leases");

  std::vector<LeaseProgress> progress;
  std::vector<QueueStore::Report> completed;
  std::vector<QueueStore::Report> failed;
  for (const LeasedCall& call : leased->calls) {
    progress.push_back({call.lease, common::v1::CALL_STATE_PROCESSING});
    (completed.size() < 60 ? completed : failed)
        .push_back(completed.size() < 60 ? Completion(call)
                                         : Failure(call, FailureClass::kTransient));
  }
  ASSERT_THAT(queue.Renew(progress), IsOk());
  ExpectByIndex("renew");
  ASSERT_THAT(queue.ReportOutcomes(completed), IsOk());
  ExpectByIndex("report completed calls");
  ASSERT_THAT(queue.ReportOutcomes(failed), IsOk());
  ExpectByIndex("report failed calls");
  clock_.Advance(seconds(10));
  ASSERT_THAT(queue.Lease("worker", 100), IsOk());
  ExpectByIndex("lease calls that waited");
  ASSERT_THAT(queue.Reclaim(), IsOk());
  ExpectByIndex("reclaim nothing");
  clock_.Advance(seconds(30));
  ASSERT_THAT(queue.Reclaim(), IsOk());
  ExpectByIndex("reclaim");
  ASSERT_THAT(queue.CountOpen(), IsOk());
  ExpectByIndex("measure");
  ASSERT_THAT(plans.Lease("planner"), IsOk());
  ExpectByIndex("lease a plan");
}

void PlansTest::ListJobs() {
  JobStore jobs(*watched_, listener_, clock_);
  JobList list{.workspace_id = "big", .states = {}, .before_job_id = "", .limit = 50};
  EXPECT_THAT(*jobs.List(list), SizeIs(50));
  ExpectByIndex("list jobs");
  list.before_job_id = "018e0000-0000-7000-8000-000000080000";
  EXPECT_THAT(*jobs.List(list), SizeIs(50));
  ExpectByIndex("list jobs further on");
  list.before_job_id.clear();
  list.states = {common::v1::JOB_STATE_FAILED};
  EXPECT_THAT(*jobs.List(list), SizeIs(33));
  ExpectByIndex("list failed jobs");
  list.states = {common::v1::JOB_STATE_FAILED, common::v1::JOB_STATE_CANCELLED};
  EXPECT_THAT(*jobs.List(list), SizeIs(33));
  ExpectByIndex("list jobs of several states");
  list.states.clear();
  list.credential_id = "key4";
  EXPECT_THAT(*jobs.List(list), SizeIs(50));
  ExpectByIndex("list jobs of a credential");
  list.credential_id.clear();
  list.kinds = {JobKind::kHistorical};
  EXPECT_THAT(*jobs.List(list), SizeIs(50));
  ExpectByIndex("list jobs of a kind that most are of");
  list.kinds = {JobKind::kUpload};
  EXPECT_THAT(*jobs.List(list), IsEmpty());
  ExpectByIndex("list jobs of a kind that none is of");
  list.kinds = {JobKind::kSync, JobKind::kReconciliation};
  EXPECT_THAT(*jobs.List(list), IsEmpty());
  ExpectByIndex("list jobs of several kinds");
}

void PlansTest::ListCallsOfAJob() {
  JobStore jobs(*watched_, listener_, clock_);
  CallList calls{.job_id = kBigJob, .states = {}, .after_call_id = "", .limit = 50};
  EXPECT_THAT(jobs.ListCalls("big", calls)->calls, SizeIs(50));
  ExpectByIndex("list calls");
  calls.after_call_id = "018f0001-0000-7000-8000-0000000b0000";
  EXPECT_THAT(jobs.ListCalls("big", calls)->calls, SizeIs(50));
  ExpectByIndex("list calls further on");
  calls.states = {common::v1::CALL_STATE_FAILED};
  EXPECT_THAT(jobs.ListCalls("big", calls)->calls, SizeIs(50));
  ExpectByIndex("list failed calls");
  for (const auto state : {common::v1::CALL_STATE_PENDING, common::v1::CALL_STATE_DOWNLOADING,
                           common::v1::CALL_STATE_COMPLETED, common::v1::CALL_STATE_SKIPPED}) {
    calls.states = {state};
    EXPECT_THAT(jobs.ListCalls("big", calls), IsOk());
    ExpectByIndex("list calls of state " + common::v1::CallState_Name(state));
  }

  EXPECT_THAT(*jobs.ListCauses("big", kBigJob), SizeIs(7));
  ExpectByIndex("sum up failures by cause");
  WarningList warnings{.job_id = kBigJob, .before_warning_id = "", .limit = 50};
  EXPECT_THAT(*jobs.ListWarnings("big", warnings), SizeIs(50));
  ExpectByIndex("list warnings");
  warnings.before_warning_id = "018f0002-0000-7000-8000-000000000100";
  EXPECT_THAT(*jobs.ListWarnings("big", warnings), SizeIs(50));
  ExpectByIndex("list warnings further on");
  EXPECT_THAT(jobs.RetryFailed("big", kBigJob, {.cause = {{"REASON_3", clock_.Now()}}}), IsOk());
  ExpectByIndex("retry the failures of one cause");
}

// What the service looks for again and again, and when an import is previewed.
void PlansTest::LookAfterJobs() {
  const WorkspaceSettings defaults;
  WaitsStore waits(*watched_, listener_, defaults, clock_);
  EXPECT_THAT(waits.FindUnwatched(seconds(5), 20), IsOk());
  ExpectByIndex("look at running jobs");
  EXPECT_THAT(waits.Find("big", kBigJob), IsOk());
  ExpectByIndex("explain what a job waits for");
  EXPECT_THAT(ReleaseStore(*watched_).ListUntold("", 100), IsOk());
  ExpectByIndex("list what the vault was not told of");
  QuoteStore quotes(*watched_, defaults, {}, clock_);
  for (const char* platform : {"gong", "openphone"}) {
    EXPECT_THAT(quotes.StandingOf("big", "key4", platform), IsOk());
    ExpectByIndex("measure the speed of imports of a platform");
  }
  RetentionStore retention(*watched_, {}, clock_);
  EXPECT_THAT(retention.Forget(), IsOk());
  ExpectByIndex("find jobs that are not to be kept");
  MassImportStore mass_imports(*watched_, clock_);
  EXPECT_THAT(mass_imports.ListOpen(), IsOk());
  ExpectByIndex("find mass imports that run");
  EXPECT_THAT(ForgottenCallsStore(*watched_, listener_).List(100), IsOk());
  ExpectByIndex("list calls that were deleted");
  WorkspaceStore workspaces(*watched_, defaults, clock_);
  EXPECT_THAT(workspaces.Find("nobody"), IsOk());
  ExpectByIndex("find what is set for a workspace");
}

TEST_F(PlansTest, EveryStatementOfTheQueueAndEveryListGoesByItsIndex) {
  WorkOnTheQueue();
  ListJobs();
  ListCallsOfAJob();
  LookAfterJobs();
}

}  // namespace
}  // namespace callimport::job_scheduler

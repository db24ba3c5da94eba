// How PostgreSQL goes about the statements of the queue and of the lists, at a million rows.
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/plans_fixture.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::seconds;
using testing::IsOk;
using ::testing::SizeIs;

constexpr char kBigJob[] = "018f0000-0000-7000-8000-000000000001";

// One job with a million calls that are due, nine small ones of other workspaces, and a million
// jobs that have ended.
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
                              available_at, deferred)
  SELECT ('018f0001-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
         ('018f0000-0000-7000-8000-' || lpad(to_hex(greatest(1, n - 999991)), 12, '0'))::uuid,
         CASE WHEN n <= 999992 THEN 'big' ELSE 'small' || n - 999991 END, 'gong', n::text,
         'PENDING', $1::timestamptz - interval '1 hour', false
  FROM generate_series(1, 1000001) AS n;

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
  FROM generate_series(1, 1000000) AS n)sql";

// Filled tables are indexed much faster than indexed tables are filled.
constexpr char kDropIndexes[] = R"sql(
  SET session_replication_role = replica;  -- what is filled in refers to what is there
  SET maintenance_work_mem = '256MB';
  CREATE TEMP TABLE dropped AS
    SELECT schemaname || '.' || indexname AS name, indexdef FROM pg_indexes
    WHERE schemaname = current_schema()
      AND tablename IN ('import_jobs', 'imported_calls', 'job_calls')
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
  PlansTest() : WatchedPlans({"imported_calls", "import_jobs", "job_calls"}) {
    Fill({kDropIndexes, kFill, kMakeIndexes}, "ANALYZE");
    Watch();
  }
};

TEST_F(PlansTest, EveryStatementOfTheQueueAndEveryListGoesByItsIndex) {
  QueueTerms terms;
  terms.workspaces.bulk_calls_per_window = 0;
  QueueStore queue(*watched_, listener_, terms, clock_);
  JobStore jobs(*watched_, listener_, clock_);
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

  JobList list{.workspace_id = "big", .states = {}, .before_job_id = "", .limit = 50};
  EXPECT_THAT(*jobs.List(list), SizeIs(50));
  ExpectByIndex("list jobs");
  list.states = {common::v1::JOB_STATE_FAILED};
  EXPECT_THAT(*jobs.List(list), SizeIs(33));
  ExpectByIndex("list failed jobs");
  list.states.clear();
  list.credential_id = "key4";
  EXPECT_THAT(*jobs.List(list), SizeIs(50));
  ExpectByIndex("list jobs of a credential");

  CallList calls{.job_id = kBigJob, .states = {}, .after_call_id = "", .limit = 50};
  EXPECT_THAT(*jobs.ListCalls("big", calls), SizeIs(50));
  ExpectByIndex("list calls");
  calls.after_call_id = "018f0001-0000-7000-8000-0000000b0000";
  EXPECT_THAT(*jobs.ListCalls("big", calls), SizeIs(50));
  ExpectByIndex("list calls further on");
  calls.states = {common::v1::CALL_STATE_FAILED};
  EXPECT_THAT(jobs.ListCalls("big", calls), IsOk());
  ExpectByIndex("list failed calls");
}

}  // namespace
}  // namespace callimport::job_scheduler

// Pausing, going on, and the epoch that refuses what began before.
#include <gmock/gmock.h>

#include "libs/postgres/transact.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/audit_table.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::SizeIs;

class PausedJobsTest : public StoreTest {
 protected:
  ImportJob Pause(const ImportJob& job) { return *jobs_.Pause(job.workspace_id, job.job_id); }
  ImportJob Resume(const ImportJob& job) { return *jobs_.Resume(job.workspace_id, job.job_id); }

  QueueStore::Renewed Renew(const LeasedCall& call) {
    return *queue_.Renew({{call.lease, common::v1::CALL_STATE_DOWNLOADING, call.job_epoch}});
  }
  absl::Status Report(const LeasedCall& call, Outcome outcome) {
    return queue_.ReportOutcomes({{call.lease, std::move(outcome), call.job_epoch}}).status();
  }
  static Failed NoRecording() { return {FailureClass::kPermanent, "NOT_MEDIA", "no", {}}; }

  std::vector<audit::Record> Audited() {
    return *postgres::Transact(
        pool(), [](pqxx::work& tx) { return SchedulerAuditLog().ReadAfter(tx, 0, 10); });
  }
};

TEST_F(PausedJobsTest, GoOnWhereTheyWerePaused) {
  const ImportJob pending = CreateJob();
  EXPECT_EQ(Pause(pending).state, common::v1::JOB_STATE_PAUSED);
  EXPECT_EQ(Resume(pending).state, common::v1::JOB_STATE_PENDING);

  ASSERT_THAT(plans_.Begin(**plans_.Lease("planner")), IsOk());
  EXPECT_EQ(Pause(pending).state, common::v1::JOB_STATE_PAUSED);
  EXPECT_EQ(Resume(pending).state, common::v1::JOB_STATE_COUNTING);

  ASSERT_THAT(jobs_.Cancel("acme", pending.job_id), IsOk());

  const ImportJob running = ListJob({"a"}, "globex");
  EXPECT_EQ(Pause(running).state, common::v1::JOB_STATE_PAUSED);
  EXPECT_EQ(Find(running).state, common::v1::JOB_STATE_PAUSED);
  EXPECT_EQ(Resume(running).state, common::v1::JOB_STATE_IN_PROGRESS);
}

TEST_F(PausedJobsTest, RaiseTheirEpochWithEveryTurn) {
  const ImportJob job = ListJob({"a"});

  EXPECT_EQ(Pause(job).epoch, job.epoch + 1);
  EXPECT_EQ(Pause(job).epoch, job.epoch + 1) << "it is paused already";
  EXPECT_EQ(Resume(job).epoch, job.epoch + 2);
  EXPECT_EQ(Resume(job).epoch, job.epoch + 2) << "it runs already";
  EXPECT_EQ(jobs_.Cancel("acme", job.job_id)->epoch, job.epoch + 3);
}

TEST_F(PausedJobsTest, HaveNothingLeasedUntilTheyGoOn) {
  const ImportJob job = ListJob({"a", "b"});
  Pause(job);
  EXPECT_THAT(Lease(), IsEmpty());
  clock_.Advance(std::chrono::hours(24));
  EXPECT_THAT(Lease(), IsEmpty());

  Resume(job);

  EXPECT_THAT(Lease(), SizeIs(2));
}

TEST_F(PausedJobsTest, AreHandedBackByTheirWorkers) {
  const ImportJob job = ListJob({"a"});
  const LeasedCall before = Lease().front();
  Pause(job);

  EXPECT_THAT(Renew(before).cancelled, ElementsAre(before.lease));
  ASSERT_THAT(queue_.Release({before.lease}), IsOk());
  EXPECT_EQ(CallsOf(job).front().state, common::v1::CALL_STATE_PENDING);
  Resume(job);

  const LeasedCall after = Lease().front();
  EXPECT_EQ(after.lease.number, before.lease.number + 1);
  EXPECT_EQ(after.failures, 0);
  EXPECT_EQ(after.job_epoch, before.job_epoch + 2);
}

TEST_F(PausedJobsTest, RefuseWorkThatBeganUnderAnOlderEpochThoughTheyRunAgain) {
  const ImportJob job = ListJob({"a"});
  const LeasedCall before = Lease().front();
  Pause(job);
  Resume(job);

  EXPECT_THAT(Renew(before).cancelled, ElementsAre(before.lease));
  ASSERT_THAT(Report(before, NoRecording()), IsOk());

  EXPECT_EQ(Find(job).progress.failed_calls(), 0);
  EXPECT_EQ(Find(job).progress.errors(), 0);
  EXPECT_THAT(Lease(), SizeIs(1)) << "as if it had not been tried";
}

TEST_F(PausedJobsTest, CountNoFailureWhilePaused) {
  const ImportJob job = ListJob({"a"});
  const LeasedCall call = Lease().front();
  Pause(job);

  ASSERT_THAT(Report(call, NoRecording()), IsOk());

  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_PAUSED);
  EXPECT_EQ(CallsOf(job).front().state, common::v1::CALL_STATE_PENDING);
  EXPECT_THAT(Lease(), IsEmpty());
}

TEST_F(PausedJobsTest, KeepWhatIsStoredAlreadyAndEndOnceTheyGoOn) {
  const ImportJob job = ListJob({"a"});
  const LeasedCall call = Lease().front();
  Pause(job);

  ASSERT_THAT(Report(call, Completed{"engagement", 100}), IsOk());
  EXPECT_EQ(Find(job).progress.completed_calls(), 1);
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_PAUSED);

  EXPECT_EQ(Resume(job).state, common::v1::JOB_STATE_COMPLETED);
}

TEST_F(PausedJobsTest, StopTheirPlannerAtEveryEffect) {
  const ImportJob job = CreateJob();
  const PlanLease lease = StartListing(job);
  ASSERT_THAT(*plans_.FindLost({lease}), IsEmpty());
  Pause(job);

  EXPECT_THAT(*plans_.FindLost({lease}), ElementsAre(job.job_id));
  EXPECT_THAT(plans_.StoreCalls(lease, Calls({"a"})), HasReason("JOB_ENDED"));
  EXPECT_THAT(plans_.Refuse(lease, "refused"), HasReason("JOB_ENDED"));
  EXPECT_EQ(*plans_.Lease("another"), std::nullopt);
  Resume(job);

  EXPECT_THAT(*plans_.FindLost({lease}), ElementsAre(job.job_id));
  EXPECT_THAT(plans_.StoreCount(lease, {}), HasReason("PLAN_LOST"));
  EXPECT_THAT(plans_.StoreCalls(lease, Calls({"a"})), HasReason("PLAN_LOST"));
  EXPECT_THAT(plans_.ForgetCursor(lease), HasReason("PLAN_LOST"));
  EXPECT_THAT(plans_.Postpone(lease, clock_.Now(), 1, "later"), HasReason("PLAN_LOST"));
  EXPECT_THAT(plans_.Refuse(lease, "refused"), HasReason("PLAN_LOST"));
  EXPECT_EQ(Find(job).progress.listed_calls(), 0);
}

TEST_F(PausedJobsTest, AreListedOnFromTheirCheckpoint) {
  const ImportJob job = CreateJob();
  const PlanLease lease = StartListing(job);
  ASSERT_THAT(plans_.StoreCalls(lease, Calls({"a", "b"}, /*last=*/false)), IsOk());
  Pause(job);
  clock_.Advance(std::chrono::hours(12));
  Resume(job);

  const PlanLease again = **plans_.Lease("another");

  EXPECT_EQ(again.job_id, job.job_id);
  EXPECT_EQ(plans_.FindCheckpoint(job.job_id)->cursor, "after b");
}

TEST_F(PausedJobsTest, CanBeCancelledAndThenNotGoOn) {
  const ImportJob job = ListJob({"a"});
  Pause(job);

  EXPECT_EQ(jobs_.Cancel("acme", job.job_id)->state, common::v1::JOB_STATE_CANCELLED);

  EXPECT_THAT(jobs_.Resume("acme", job.job_id), HasReason("JOB_ENDED"));
  EXPECT_THAT(jobs_.Pause("acme", job.job_id), HasReason("JOB_ENDED"));
  EXPECT_THAT(jobs_.Resume("globex", job.job_id), HasReason("JOB_NOT_FOUND"));
  EXPECT_THAT(jobs_.Pause("globex", job.job_id), HasReason("JOB_NOT_FOUND"));
}

TEST_F(PausedJobsTest, KeepFailedCallsForARetryThatWaitsWithThem) {
  const ImportJob job = ListJob({"a", "b"});
  const std::vector<LeasedCall> calls = Lease();
  Fail({calls[0]});
  Pause(job);

  EXPECT_EQ(jobs_.RetryFailed("acme", job.job_id, {})->calls, 1);
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_PAUSED);
  EXPECT_THAT(Lease(), IsEmpty());
}

TEST_F(PausedJobsTest, RunNowTakesAJobOutOfTheWindowAndIsAudited) {
  const ImportJob job = CreateJob();
  EXPECT_EQ(job.work_class, common::v1::WORK_CLASS_BULK);
  common::v1::Actor dana;
  dana.set_kind(common::v1::Actor::KIND_SUPPORT);
  dana.set_name("dana");

  const auto now = jobs_.RunNow("acme", job.job_id, dana, "correlation");
  ASSERT_THAT(now, IsOk());
  ASSERT_THAT(jobs_.RunNow("acme", job.job_id, dana, "correlation"), IsOk());

  EXPECT_TRUE(Find(job).run_now);
  EXPECT_EQ(Find(job).work_class, common::v1::WORK_CLASS_INTERACTIVE);
  ASSERT_THAT(Audited(), SizeIs(1)) << "the second time changed nothing";
  EXPECT_EQ(Audited().front().entry.actor, "SUPPORT/dana");
  jobs_.Cancel("acme", job.job_id).IgnoreError();
  EXPECT_THAT(jobs_.RunNow("acme", job.job_id, dana, "correlation"), HasReason("JOB_ENDED"));
}

TEST_F(PausedJobsTest, AJobMadeToRunNowIsAuditedToo) {
  ImportJob job = NewJob();
  TakeOutOfWindow(job);

  ASSERT_THAT(jobs_.Create(job, {NewUuid(), "digest"}), IsOk());

  EXPECT_THAT(Audited(), SizeIs(1));
}

}  // namespace
}  // namespace callimport::job_scheduler

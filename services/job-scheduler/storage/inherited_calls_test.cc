// What one job took for another's to import, and the other was cancelled.
#include "services/job-scheduler/storage/inherited_calls.h"

#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/effects_store.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {
namespace {

using testing::IsOk;
using ::testing::SizeIs;

class InheritedCallsTest : public StoreTest {
 protected:
  void Cancel(const ImportJob& job) {
    ASSERT_THAT(jobs_.Cancel(job.workspace_id, job.job_id), IsOk());
  }
  bool IsExactlyOnce(const ImportJob& job) {
    const auto verified = EffectsStore(pool()).Verify(job.workspace_id, job.job_id);
    EXPECT_THAT(verified, IsOk());
    bool exact = true;
    for (const EffectCount& effect : verified->effects) {
      EXPECT_EQ(effect.lost + effect.doubled, 0) << effect.effect;
      exact = exact && effect.lost + effect.doubled == 0;
    }
    return exact;
  }
};

TEST_F(InheritedCallsTest, AreImportedByTheJobThatMetThemAsDuplicates) {
  const ImportJob first = ListJob({"a", "b", "c"});
  Complete(Lease(1));
  const ImportJob second = ListJob({"a", "b", "c", "d"});
  ASSERT_EQ(second.progress.duplicate_calls(), 3);

  Cancel(first);

  EXPECT_EQ(Find(second).progress.duplicate_calls(), 1) << "of what was imported";
  const auto leased = Lease();
  ASSERT_THAT(leased, SizeIs(3));
  for (const LeasedCall& call : leased) {
    EXPECT_EQ(call.job_id, second.job_id);
    EXPECT_FALSE(call.record.source_metadata().empty()) << "the record comes with it";
  }
  Complete(leased);
  EXPECT_EQ(Find(second).state, common::v1::JOB_STATE_COMPLETED);
  EXPECT_EQ(Find(second).progress.completed_calls(), 3);
  EXPECT_EQ(Find(first).progress.skipped_calls(), 2) << "history stays";
  EXPECT_TRUE(IsExactlyOnce(first));
  EXPECT_TRUE(IsExactlyOnce(second));
}

TEST_F(InheritedCallsTest, BringAJobBackThatHadEndedWithThem) {
  const ImportJob first = ListJob({"a"});
  const ImportJob second = ListJob({"a"});
  ASSERT_EQ(second.state, common::v1::JOB_STATE_COMPLETED) << "all of it is a duplicate";

  Cancel(first);

  EXPECT_EQ(Find(second).state, common::v1::JOB_STATE_IN_PROGRESS);
  Complete(Lease());
  EXPECT_EQ(Find(second).state, common::v1::JOB_STATE_COMPLETED);
  EXPECT_EQ(Find(second).progress.completed_calls(), 1);
}

TEST_F(InheritedCallsTest, InWorkAreGivenOnceTheirWorkerHasLetGo) {
  const ImportJob first = ListJob({"a"});
  const auto underway = Lease();
  const ImportJob second = ListJob({"a"});
  Cancel(first);
  EXPECT_EQ(Find(second).progress.duplicate_calls(), 1) << "it may still be imported";

  ASSERT_THAT(queue_.ReportOutcomes({Failure(underway[0], FailureClass::kTransient)}), IsOk());
  ASSERT_EQ(Find(first).state, common::v1::JOB_STATE_CANCELLED);
  ASSERT_THAT(queue_.Reclaim(), IsOk());

  EXPECT_EQ(Find(second).progress.duplicate_calls(), 0);
  EXPECT_THAT(Lease(), SizeIs(1));
}

TEST_F(InheritedCallsTest, GoToTheNextWhenTheHeirIsCancelledToo) {
  const ImportJob first = ListJob({"a"});
  const ImportJob second = ListJob({"a", "b"});
  ImportJob third = NewJob();
  third.run_now = true;  // a third one at once
  ASSERT_THAT(jobs_.Create(third, {NewUuid(), "digest"}), IsOk());
  ASSERT_THAT(plans_.StoreCalls(StartListing(third), Calls({"a", "c"})), IsOk());

  Cancel(first);
  Cancel(second);

  const auto leased = Lease();
  ASSERT_THAT(leased, SizeIs(2));
  EXPECT_EQ(leased[0].job_id, third.job_id);
  EXPECT_EQ(leased[1].job_id, third.job_id);
  EXPECT_EQ(Find(third).progress.duplicate_calls(), 0);
}

TEST_F(InheritedCallsTest, AreNobodysWhenNobodyElseMetThem) {
  const ImportJob first = ListJob({"a"});

  Cancel(first);
  ASSERT_THAT(queue_.Reclaim(), IsOk());

  EXPECT_THAT(Lease(), SizeIs(0));
  EXPECT_EQ(Find(first).state, common::v1::JOB_STATE_CANCELLED);
}

// Failed by one job, taken over by another, and cancelled with that.
class TakenOverCallsTest : public InheritedCallsTest {
 protected:
  ImportJob FailedJob(const std::vector<std::string>& ids) {
    const ImportJob job = ListJob(ids);
    Fail(Lease());
    return job;
  }
  int64_t Retry(const ImportJob& job) {
    const auto retried = jobs_.RetryFailed(job.workspace_id, job.job_id, FailedCalls());
    EXPECT_THAT(retried, IsOk());
    return retried->calls;
  }
};

TEST_F(TakenOverCallsTest, AreFailedWhereTheyWereBeforeAndCanBeRetriedThere) {
  const ImportJob first = FailedJob({"a"});
  const ImportJob second = ListJob({"a", "b"});
  ASSERT_EQ(jobs_.RetryFailed("acme", first.job_id, FailedCalls())->calls, 0)
      << "another job has it in hand";

  Cancel(second);

  const auto failed = CallsOf(first, {common::v1::CALL_STATE_FAILED});
  ASSERT_THAT(failed, SizeIs(1));
  EXPECT_TRUE(failed[0].owned);
  EXPECT_EQ(failed[0].error_reason, "TAKEN_OVER_AND_CANCELLED");
  EXPECT_EQ(Find(first).progress.failed_calls(), 1) << "it was counted all the time";
  EXPECT_EQ(Find(second).progress.skipped_calls(), 2) << "history stays";
  EXPECT_FALSE(CallsOf(second, {common::v1::CALL_STATE_FAILED}).size() > 0)
      << "it failed nothing itself";

  EXPECT_EQ(Retry(first), 1);
  EXPECT_EQ(Find(first).progress.failed_calls(), 0);
  const auto leased = Lease();
  ASSERT_THAT(leased, SizeIs(1));
  EXPECT_EQ(leased[0].job_id, first.job_id);
  Complete(leased);
  EXPECT_EQ(Find(first).state, common::v1::JOB_STATE_COMPLETED);
  EXPECT_TRUE(IsExactlyOnce(first));
  EXPECT_TRUE(IsExactlyOnce(second));
}

TEST_F(TakenOverCallsTest, KeepTheReasonForWhichTheyFailedAgain) {
  const ImportJob first = FailedJob({"a"});
  const ImportJob second = ListJob({"a", "b"});
  ASSERT_THAT(queue_.ReportOutcomes(
                  {{Lease(1)[0].lease, Failed{FailureClass::kPermanent, "TOO_LONG", "again", {}}}}),
              IsOk());

  Cancel(second);

  EXPECT_EQ(jobs_.ListCauses("acme", first.job_id)->front().reason, "TOO_LONG");
  EXPECT_EQ(Find(second).progress.failed_calls(), 1) << "history stays";
  EXPECT_EQ(Retry(first), 1);
  Complete(Lease());
  EXPECT_TRUE(IsExactlyOnce(first));
  EXPECT_TRUE(IsExactlyOnce(second));
}

TEST_F(TakenOverCallsTest, GoBackToTheNewestThatIsNotCancelled) {
  const ImportJob first = FailedJob({"a"});
  const ImportJob second = FailedJob({"a"});
  const ImportJob third = ListJob({"a", "b"});

  Cancel(third);

  EXPECT_EQ(Retry(first), 0);
  EXPECT_EQ(Retry(second), 1);
  Cancel(second);
  EXPECT_EQ(Retry(first), 1);
  Complete(Lease());
  EXPECT_EQ(Find(first).state, common::v1::JOB_STATE_COMPLETED);
  for (const ImportJob& job : {first, second, third}) EXPECT_TRUE(IsExactlyOnce(job));
}

TEST_F(TakenOverCallsTest, AreImportedByAJobThatWaitsForThemRatherThanGivenBack) {
  const ImportJob first = FailedJob({"a"});
  const ImportJob second = ListJob({"a", "b"});
  const ImportJob waiting = ListJob({"a"});

  Cancel(second);

  EXPECT_EQ(Retry(first), 0);
  const auto leased = Lease();
  ASSERT_THAT(leased, SizeIs(1));
  EXPECT_EQ(leased[0].job_id, waiting.job_id);
  Cancel(waiting);
  ASSERT_THAT(queue_.ReportOutcomes({Failure(leased[0])}), IsOk());
  ASSERT_THAT(queue_.Reclaim(), IsOk());
  EXPECT_EQ(Retry(first), 1) << "it fell back at last";
}

TEST_F(TakenOverCallsTest, AreRetriedWithTheRecordThatCouldBeReadMeanwhile) {
  const ImportJob first = CreateJob();
  ListedCalls unreadable = Calls({"b"});
  unreadable.unreadable.push_back({"a", "no start time"});
  ASSERT_THAT(plans_.StoreCalls(StartListing(first), unreadable), IsOk());
  Complete(Lease());
  const ImportJob second = ListJob({"a", "c"});

  Cancel(second);

  EXPECT_EQ(Retry(first), 1);
  const auto leased = Lease();
  ASSERT_THAT(leased, SizeIs(1));
  EXPECT_FALSE(leased[0].record.source_metadata().empty());
}

}  // namespace
}  // namespace callimport::job_scheduler

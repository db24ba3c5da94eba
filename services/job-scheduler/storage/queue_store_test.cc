#include "services/job-scheduler/storage/queue_store.h"

#include <gmock/gmock.h>

#include <atomic>
#include <set>
#include <thread>

#include "libs/postgres/transact.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOk;

std::vector<std::string> Numbered(int count) {
  std::vector<std::string> ids;
  for (int number = 0; number < count; ++number) ids.push_back("call-" + std::to_string(number));
  return ids;
}

class QueueStoreTest : public StoreTest {
 protected:
  static LeaseProgress Stage(const LeasedCall& call, CallState stage) {
    return {call.lease, stage};
  }
};

TEST_F(QueueStoreTest, ALeasedCallCarriesWhatItsWorkerNeeds) {
  const ImportJob job = ListJob({"a"});

  const auto leased = queue_.Lease("worker", 10);

  ASSERT_THAT(leased, IsOk());
  ASSERT_EQ(leased->calls.size(), 1u);
  const LeasedCall& call = leased->calls[0];
  EXPECT_EQ(call.lease.number, 1);
  EXPECT_EQ(call.job_id, job.job_id);
  EXPECT_EQ(call.workspace_id, "acme");
  EXPECT_EQ(call.credential_id, job.credential_id);
  EXPECT_EQ(call.platform, "gong");
  EXPECT_EQ(call.correlation_id, "correlation");
  EXPECT_EQ(call.record.title(), "Call a");
  EXPECT_EQ(call.record.source_metadata(), Calls({"a"}).records[0].source_metadata())
      << "byte for byte";
  EXPECT_EQ(leased->until, clock_.Now() + seconds(15));
}

TEST_F(QueueStoreTest, ALeasedCallIsNotLeasedAgainBeforeItsLeaseExpires) {
  ListJob({"a"});
  ASSERT_EQ(Lease().size(), 1u);
  EXPECT_THAT(Lease(), IsEmpty());

  clock_.Advance(seconds(15));

  const auto again = Lease();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].lease.number, 2);
}

TEST_F(QueueStoreTest, TheLongestDueComeFirst) {
  ListJob({"early"}, "acme");
  clock_.Advance(seconds(1));
  ListJob({"late"}, "globex");

  EXPECT_EQ(Lease(1)[0].record.source_call_id(), "early");
  EXPECT_EQ(Lease(1)[0].record.source_call_id(), "late");
}

TEST_F(QueueStoreTest, WorkersSideBySideNeverGetTheSameCall) {
  ListJob(Numbered(1'000));
  postgres::Config config = database();
  const auto other_pool = *postgres::Pool::Open(config);
  QueueStore other_queue(*other_pool, listener_, QueueTerms(), clock_);
  std::mutex mutex;
  std::multiset<std::string> leased;
  const auto work = [&](QueueStore& queue) {
    while (true) {
      const auto calls = queue.Lease("worker", 7);
      ASSERT_THAT(calls, IsOk());
      if (calls->calls.empty()) return;
      std::lock_guard lock(mutex);
      for (const LeasedCall& call : calls->calls) leased.insert(call.lease.call_id);
    }
  };

  std::vector<std::thread> workers;
  for (int worker = 0; worker < 4; ++worker) {
    workers.emplace_back([&, worker] { work(worker % 2 == 0 ? queue_ : other_queue); });
  }
  for (std::thread& worker : workers) worker.join();
  // A round that found everything locked may have ended a worker early.
  work(queue_);

  EXPECT_EQ(leased.size(), 1'000u);
  EXPECT_EQ(std::set(leased.begin(), leased.end()).size(), 1'000u);
}

TEST_F(QueueStoreTest, WhenEveryCallHasEndedTheJobHas) {
  const ImportJob job = ListJob({"a", "b"});
  Complete(Lease(1));
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_IN_PROGRESS);
  Complete(Lease(1));

  const ImportJob ended = Find(job);
  EXPECT_EQ(ended.state, common::v1::JOB_STATE_COMPLETED);
  EXPECT_EQ(ended.progress.completed_calls(), 2);
  EXPECT_EQ(ended.progress.media_stored(), 2);
  EXPECT_EQ(ended.progress.transcripts_ready(), 2);
  EXPECT_EQ(ended.progress.media_bytes(), 200);
  EXPECT_EQ(ended.current_item, "Call b");
  EXPECT_EQ(listener_.ended(), 1);
  for (const JobCall& call : CallsOf(job)) {
    EXPECT_EQ(call.engagement_id, "engagement of " + call.source_call_id);
  }
}

TEST_F(QueueStoreTest, AnOutcomeUnderAnOldLeaseHasNoEffect) {
  const ImportJob job = ListJob({"a"});
  const LeasedCall old = Lease()[0];
  clock_.Advance(seconds(16));
  const LeasedCall current = Lease()[0];

  const auto stale = queue_.ReportOutcomes({Failure(old)});

  ASSERT_THAT(stale, IsOk());
  EXPECT_THAT(*stale, ElementsAre(old.lease));
  EXPECT_EQ(Find(job).progress.failed_calls(), 0);
  Complete({current});
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_COMPLETED);
}

TEST_F(QueueStoreTest, RepeatingAReportChangesNothing) {
  const ImportJob job = ListJob({"a", "b"});
  const auto leased = Lease();
  Complete({leased[0]});

  const auto repeated = queue_.ReportOutcomes({Completion(leased[0]), Completion(leased[1])});

  ASSERT_THAT(repeated, IsOk());
  EXPECT_THAT(*repeated, ElementsAre(leased[0].lease));
  EXPECT_EQ(Find(job).progress.completed_calls(), 2);
}

TEST_F(QueueStoreTest, OutcomesOfSeveralJobsAreCountedInEach) {
  const ImportJob first = ListJob({"a"}, "acme");
  const ImportJob second = ListJob({"a"}, "globex");
  const auto leased = Lease();

  ASSERT_EQ(leased.size(), 2u);
  Complete(leased);

  EXPECT_EQ(Find(first).state, common::v1::JOB_STATE_COMPLETED);
  EXPECT_EQ(Find(second).state, common::v1::JOB_STATE_COMPLETED);
}

TEST_F(QueueStoreTest, ATransientFailureComesBackWhenItsPauseIsOver) {
  const ImportJob job = ListJob({"a"});
  ASSERT_THAT(queue_.ReportOutcomes({Failure(Lease()[0], FailureClass::kTransient)}), IsOk());
  EXPECT_THAT(Lease(), IsEmpty());
  EXPECT_EQ(Find(job).progress.errors(), 1);
  EXPECT_EQ(Find(job).last_error, "no recording");

  clock_.Advance(seconds(7));

  const auto again = Lease();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].failures, 1);
  EXPECT_EQ(again[0].lease.number, 2);
}

TEST_F(QueueStoreTest, AFailureIsShownWithItsReason) {
  const ImportJob job = ListJob({"a"});
  Fail(Lease());

  const JobCall call = CallsOf(job)[0];

  EXPECT_EQ(call.state, common::v1::CALL_STATE_FAILED);
  EXPECT_EQ(call.error_reason, "NOT_MEDIA");
  EXPECT_EQ(call.error_message, "no recording");
  EXPECT_EQ(call.failures, 1);
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_FAILED);
}

TEST_F(QueueStoreTest, ReleasedCallsAreLeasedAgainAtOnceWithNothingCounted) {
  ListJob({"a"});
  ASSERT_THAT(queue_.Release({Lease()[0].lease}), IsOk());

  const auto again = Lease();

  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].failures, 0);
  EXPECT_EQ(again[0].lease.number, 2);
}

TEST_F(QueueStoreTest, ReleasingUnderAnOldLeaseHasNoEffect) {
  ListJob({"a"});
  const LeasedCall old = Lease()[0];
  clock_.Advance(seconds(16));
  ASSERT_EQ(Lease().size(), 1u);

  ASSERT_THAT(queue_.Release({old.lease}), IsOk());

  EXPECT_THAT(Lease(), IsEmpty());
}

TEST_F(QueueStoreTest, ARenewedLeaseLastsOn) {
  ListJob({"a"});
  const LeasedCall call = Lease()[0];
  clock_.Advance(seconds(10));

  const auto renewed = queue_.Renew({Stage(call, common::v1::CALL_STATE_DOWNLOADING)});

  ASSERT_THAT(renewed, IsOk());
  EXPECT_THAT(renewed->lost, IsEmpty());
  EXPECT_EQ(renewed->until, clock_.Now() + seconds(15));
  clock_.Advance(seconds(10));
  EXPECT_THAT(Lease(), IsEmpty());
}

TEST_F(QueueStoreTest, ALeaseThatHasExpiredIsLostThoughNobodyHasTakenIt) {
  ListJob({"a"});
  const LeasedCall call = Lease().at(0);
  clock_.Advance(seconds(20));

  const auto renewed = queue_.Renew({Stage(call, common::v1::CALL_STATE_DOWNLOADING)});

  EXPECT_THAT(renewed->lost, ElementsAre(call.lease));
  EXPECT_EQ(Lease().size(), 1U);
}

TEST_F(QueueStoreTest, AYoungLeaseIsNotWrittenAgainAndTellsItsTrueEnd) {
  ListJob({"a"});
  const LeasedCall call = Lease()[0];
  const Timestamp end = clock_.Now() + seconds(15);
  clock_.Advance(seconds(2));

  EXPECT_EQ(queue_.Renew({Stage(call, common::v1::CALL_STATE_DOWNLOADING)})->until, end);
}

TEST_F(QueueStoreTest, StagesCountRecordingsAndTranscriptsOnce) {
  const ImportJob job = ListJob({"a"});
  const LeasedCall call = Lease()[0];

  ASSERT_THAT(queue_.Renew({Stage(call, common::v1::CALL_STATE_TRANSCRIBING)}), IsOk());
  EXPECT_EQ(Find(job).progress.media_stored(), 1);
  EXPECT_EQ(CallsOf(job)[0].state, common::v1::CALL_STATE_TRANSCRIBING);
  ASSERT_THAT(queue_.Renew({Stage(call, common::v1::CALL_STATE_PROCESSING)}), IsOk());
  ASSERT_THAT(queue_.Renew({Stage(call, common::v1::CALL_STATE_DOWNLOADING)}), IsOk());

  EXPECT_EQ(CallsOf(job)[0].state, common::v1::CALL_STATE_PROCESSING) << "stages do not go back";
  Complete({call});
  EXPECT_EQ(Find(job).progress.media_stored(), 1);
  EXPECT_EQ(Find(job).progress.transcripts_ready(), 1);
}

TEST_F(QueueStoreTest, LostLeasesAreNamed) {
  ListJob({"a", "b", "c"});
  const auto old = Lease();
  Complete({old[0]});
  clock_.Advance(seconds(16));
  const auto current = Lease(1);
  std::vector<LeaseProgress> asked;
  for (const LeasedCall& call : old) {
    asked.push_back(Stage(call, common::v1::CALL_STATE_DOWNLOADING));
  }

  const auto renewed = queue_.Renew(asked);

  ASSERT_THAT(renewed, IsOk());
  EXPECT_EQ(renewed->lost.size(), 3u)
      << "one was completed, one is another worker's, and one has expired";
  EXPECT_THAT(renewed->cancelled, IsEmpty());
}

TEST_F(QueueStoreTest, WorkersHearThatTheirCallsAreCancelled) {
  const ImportJob job = ListJob({"a"});
  const LeasedCall call = Lease()[0];
  ASSERT_THAT(jobs_.Cancel("acme", job.job_id), IsOk());

  const auto renewed = queue_.Renew({Stage(call, common::v1::CALL_STATE_DOWNLOADING)});

  ASSERT_THAT(renewed, IsOk());
  EXPECT_THAT(renewed->cancelled, ElementsAre(call.lease));
  EXPECT_THAT(renewed->lost, IsEmpty());
}

TEST_F(QueueStoreTest, ReclaimedCallsArePendingAgain) {
  const ImportJob job = ListJob({"a"});
  const LeasedCall call = Lease()[0];
  clock_.Advance(seconds(16));

  ASSERT_THAT(queue_.Reclaim(), IsOk());

  EXPECT_EQ(CallsOf(job)[0].state, common::v1::CALL_STATE_PENDING);
  EXPECT_EQ(queue_.ReportOutcomes({Completion(call)})->size(), 1u) << "the lease is void";
}

TEST_F(QueueStoreTest, TheQueueTellsItsDepth) {
  ListJob({"a", "b", "c"});
  Complete(Lease(1));

  EXPECT_EQ(*queue_.CountOpen(), 2);
}

class UploadTest : public QueueStoreTest {
 protected:
  absl::StatusOr<QueueStore::RegisteredUpload> Register(const std::string& workspace_id = "acme") {
    return queue_.RegisterUpload({.workspace_id = workspace_id,
                                  .content_sha256 = std::string(64, 'a'),
                                  .title = "call.mp3",
                                  .worker = "worker",
                                  .actor = {},
                                  .correlation_id = "correlation"});
  }
};

TEST_F(UploadTest, AnUploadIsAJobWithOneLeasedCall) {
  const auto registered = Register();

  ASSERT_THAT(registered, IsOk());
  ASSERT_TRUE(registered->leased);
  EXPECT_EQ(registered->leased->platform, "upload");
  EXPECT_EQ(registered->leased->record.title(), "call.mp3");
  const auto job = jobs_.Find("acme", registered->job_id);
  ASSERT_THAT(job, IsOk());
  EXPECT_EQ(job->kind, JobKind::kUpload);
  EXPECT_EQ(job->state, common::v1::JOB_STATE_IN_PROGRESS);
  EXPECT_EQ(job->progress.total_calls(), 1);
  Complete({*registered->leased});
  EXPECT_EQ(Find(*job).state, common::v1::JOB_STATE_COMPLETED);
}

TEST_F(UploadTest, TheSameContentAgainIsADuplicate) {
  const auto first = Register();
  const auto underway = Register();
  Complete({*first->leased});
  const auto done = Register();

  EXPECT_FALSE(underway->leased);
  EXPECT_TRUE(underway->engagement_id.empty());
  EXPECT_FALSE(done->leased);
  EXPECT_EQ(done->job_id, first->job_id);
  EXPECT_EQ(done->call_id, first->call_id);
  EXPECT_EQ(done->engagement_id, "engagement of " + std::string(64, 'a'));
  EXPECT_TRUE(Register("globex")->leased) << "another workspace knows nothing of it";
}

TEST_F(UploadTest, ContentThatFailedIsTakenUpByANewUpload) {
  const auto first = Register();
  Fail({*first->leased});

  const auto second = Register();

  ASSERT_TRUE(second->leased);
  EXPECT_NE(second->job_id, first->job_id);
  EXPECT_EQ(second->call_id, first->call_id);
  EXPECT_EQ(second->leased->lease.number, 2);
}

TEST_F(UploadTest, UploadsSideBySideBecomeOneCall) {
  std::atomic<int> leased = 0;
  std::vector<std::thread> uploads;
  for (int upload = 0; upload < 4; ++upload) {
    uploads.emplace_back([&] {
      const auto registered = Register();
      ASSERT_THAT(registered, IsOk());
      leased += registered->leased ? 1 : 0;
    });
  }
  for (std::thread& upload : uploads) upload.join();

  EXPECT_EQ(leased, 1);
  EXPECT_EQ(jobs_.List({"acme", {}, "", 10})->size(), 1u);
}

}  // namespace
}  // namespace callimport::job_scheduler

// What becomes of calls that cannot be imported, and of those that are cut off.
#include <atomic>

#include "libs/common/errors.h"
#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/workers/worker_pool_fixture.h"

namespace callimport::media_pipeline {
namespace {

using job_scheduler::v1::FailedCall;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(WorkerPoolTest, FailsEachBrokenCallForItsOwnReasonAndNoOther) {
  recordings_.SetRecording("source-2",
                           "<!DOCTYPE html><html>please sign in first, and so on</html>");
  recordings_.SetRecording("source-3", "");
  recordings_.SetRecording("source-4", SampleWav(4).substr(0, 8000));
  recordings_.SetRecording("source-5", [](const auto& sink, auto) {
    (void)sink(SampleWav(5).substr(0, 100));
    return Error(absl::StatusCode::kDataLoss, "RECORDING_TRUNCATED", "broke off");
  });
  for (int i = 1; i <= 5; ++i) queue_.Add(MakeCall(i));
  AddCall(6);
  Start();

  auto outcomes = queue_.WaitForOutcomes(6);

  ASSERT_THAT(outcomes, SizeIs(6));
  const auto failure = [&](int i) { return outcomes["call-" + std::to_string(i)].failed(); };
  EXPECT_EQ(failure(1).reason(), "RECORDING_MISSING");
  EXPECT_EQ(failure(2).reason(), "NOT_MEDIA");
  EXPECT_EQ(failure(3).reason(), "EMPTY_RECORDING");
  EXPECT_EQ(failure(4).reason(), "RECORDING_TRUNCATED");
  EXPECT_EQ(failure(4).class_(), FailedCall::CLASS_PERMANENT);
  EXPECT_EQ(failure(5).reason(), "RECORDING_TRUNCATED");
  EXPECT_EQ(failure(5).class_(), FailedCall::CLASS_TRANSIENT);
  EXPECT_TRUE(outcomes["call-6"].has_completed());
  EXPECT_EQ(Engagements(), 1U);
}

TEST_F(WorkerPoolTest, FailsAloneWhatTheDatabaseWillNotTake) {
  for (int i = 0; i < 20; ++i) AddCall(i);
  auto bad = MakeCall(99);
  bad.mutable_record()->set_source_call_id(std::string("nul\0inside", 10));
  recordings_.SetRecording(bad.record().source_call_id(), SampleWav(99));
  recordings_.SetTranscript(bad.record().source_call_id(), "words");
  queue_.Add(bad);
  Start();

  auto outcomes = queue_.WaitForOutcomes(21);

  EXPECT_THAT(outcomes, SizeIs(21));
  EXPECT_TRUE(outcomes["call-99"].has_failed());
  EXPECT_EQ(Engagements(), 20U);
}

TEST_F(WorkerPoolTest, KeepsIdsWholeThatAreLongerThanAnIndexHolds) {
  for (const int number : {1, 2}) {
    auto call = MakeCall(number);
    const std::string id = std::string(3'000, 'x') + std::to_string(number);
    call.mutable_record()->set_source_call_id(id);
    recordings_.SetRecording(id, SampleWav(number));
    recordings_.SetTranscript(id, "words");
    queue_.Add(call);
  }
  Start();

  queue_.WaitForOutcomes(2);

  const auto engagements = engagements_.List("acme", "", std::nullopt, 10);
  ASSERT_EQ(engagements->size(), 2U);
  EXPECT_EQ((*engagements)[0].facts.record.source_call_id().size(), 3'001U);
}

TEST_F(WorkerPoolTest, ReportsAgainUntilTheSchedulerTakesIt) {
  queue_.RefuseReports(3);
  AddCall(1);
  Start();
  EXPECT_TRUE(OutcomeOf(1).has_completed());
}

TEST_F(WorkerPoolTest, OnlyReportsWhatWasDeliveredBeforeACrash) {
  AddCall(1);
  Start();
  const std::string engagement_id = OutcomeOf(1).completed().engagement_id();
  Stop();
  queue_.Forget();
  queue_.Add(MakeCall(1, 2));

  Start();

  EXPECT_EQ(OutcomeOf(1).completed().engagement_id(), engagement_id);
  EXPECT_EQ(recordings_.downloads(), 1);
  EXPECT_EQ(Engagements(), 1U);
}

class StuckDownload : public WorkerPoolTest {
 protected:
  // A download that goes on until it is stopped.
  void SetUp() override {
    recordings_.SetRecording("source-1", [this](const auto&, const std::stop_token& stop) {
      const std::stop_callback stopped_now(stop, [this] {
        stopped_ = true;
        stopped_.notify_all();
      });
      running_ = true;
      stopped_.wait(false);
      return absl::CancelledError("stopped");
    });
    queue_.Add(MakeCall(1));
    Start();
    WaitUntil([this] { return running_.load(); });
  }
  void TearDown() override { Stop(); }

  std::atomic<bool> running_ = false, stopped_ = false;
};

TEST_F(StuckDownload, IsStoppedAndReleasedWhenItsCallIsCancelled) {
  queue_.CancelAll();
  ASSERT_THAT(process_->leases.Renew(), testing::IsOk());
  WaitUntil([this] { return stopped_.load(); });
  EXPECT_THAT(queue_.released(), Contains("call-1"));
}

TEST_F(StuckDownload, IsStoppedAndNotReportedWhenItsLeaseIsLost) {
  queue_.LoseAll();
  ASSERT_THAT(process_->leases.Renew(), testing::IsOk());
  WaitUntil([this] { return stopped_.load(); });
  Stop();
  EXPECT_THAT(queue_.released(), IsEmpty());
  EXPECT_EQ(queue_.reports(), 0);
}

TEST_F(StuckDownload, IsStoppedAndItsLeaseHandedBackWhenTheProcessStops) {
  Stop();
  EXPECT_TRUE(stopped_);
  EXPECT_THAT(queue_.released(), Contains("call-1"));
  EXPECT_EQ(Engagements(), 0U);
}

}  // namespace
}  // namespace callimport::media_pipeline

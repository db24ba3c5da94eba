// What becomes of calls.
#include "libs/common/errors.h"
#include "libs/crypto/digest.h"
#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/workers/worker_pool_fixture.h"

namespace callimport::media_pipeline {
namespace {

using common::v1::CALL_STATE_TRANSCRIBING;
using job_scheduler::v1::CallOutcome;
using job_scheduler::v1::FailedCall;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(WorkerPoolTest, TurnsACallIntoAnEngagement) {
  AddCall(1);
  Start();

  const CallOutcome outcome = OutcomeOf(1);

  ASSERT_TRUE(outcome.has_completed()) << outcome.ShortDebugString();
  EXPECT_EQ(outcome.completed().media_bytes(), static_cast<int64_t>(SampleWav(1).size()));
  const auto stored = engagements_.GetWithTexts("acme", outcome.completed().engagement_id());
  ASSERT_THAT(stored, testing::IsOk());
  EXPECT_EQ(stored->engagement.recording->sha256, crypto::Sha256(SampleWav(1)));
  EXPECT_EQ(stored->engagement.facts.duration, std::chrono::seconds(1)) << "measured";
  EXPECT_EQ(stored->engagement.facts.transcript_engine, "source:gong");
  EXPECT_EQ(stored->texts.original_transcript, "{\"said\":\"said in 1\"}");
  EXPECT_EQ(stored->texts.source_metadata, "{\"id\":1}");
  EXPECT_THAT(engagements_.Search("acme", "said", 10, 0)->found, SizeIs(1));
}

// Says whose calls these are, and will not have one of them.
class SampleRouter : public RoutingHook {
 public:
  absl::Status Route(EngagementDraft& draft) override {
    if (draft.facts.record.title() == "Call 2") {
      return Error(absl::StatusCode::kFailedPrecondition, "NOT_ROUTED", "nobody takes this call");
    }
    draft.facts.record.set_title("To sales: " + draft.facts.record.title());
    return absl::OkStatus();
  }
};

TEST_F(WorkerPoolTest, AsksTheRouterOnceACallHasItsNormalForm) {
  routing_ = std::make_unique<SampleRouter>();
  AddCall(1);
  AddCall(2);
  Start();

  auto outcomes = queue_.WaitForOutcomes(2);

  ASSERT_TRUE(outcomes["call-1"].has_completed());
  const auto stored =
      engagements_.GetWithTexts("acme", outcomes["call-1"].completed().engagement_id());
  EXPECT_EQ(stored->engagement.facts.record.title(), "To sales: Call 1");
  EXPECT_EQ(outcomes["call-2"].failed().reason(), "NOT_ROUTED");
}

TEST_F(WorkerPoolTest, WarnsOfWhatTheSourceOwesUs) {
  job_scheduler::v1::LeasedCall without_recording = MakeCall(1);
  recordings_.SetTranscript("source-1", "said");
  queue_.Add(without_recording);
  job_scheduler::v1::LeasedCall without_transcript = MakeCall(2);
  without_transcript.mutable_record()->set_has_transcript(true);
  recordings_.SetRecording("source-2", SampleWav(2));
  queue_.Add(without_transcript);
  AddCall(3);
  Start();

  auto outcomes = queue_.WaitForOutcomes(3);

  const auto reason_of = [&](const std::string& id) {
    const auto& warnings = outcomes[id].completed().warnings();
    return warnings.empty() ? "" : warnings[0].reason();
  };
  EXPECT_EQ(reason_of("call-1"), "RECORDING_MISSING");
  EXPECT_EQ(reason_of("call-2"), "TRANSCRIPT_MISSING");
  EXPECT_EQ(reason_of("call-3"), "");
}

TEST_F(WorkerPoolTest, ImportsACallThatWasNeverRecordedForWhatIsKnownOfIt) {
  recordings_.SetRecording("source-1", [](const auto&, auto) {
    return Error(absl::StatusCode::kNotFound, "NEVER_RECORDED", "nobody answered");
  });
  queue_.Add(MakeCall(1));
  Start();

  const CallOutcome outcome = OutcomeOf(1);

  ASSERT_TRUE(outcome.has_completed()) << outcome.ShortDebugString();
  ASSERT_EQ(outcome.completed().warnings_size(), 1);
  EXPECT_EQ(outcome.completed().warnings(0).reason(), "NEVER_RECORDED");
  EXPECT_EQ(outcome.completed().media_bytes(), 0);
  const auto stored = engagements_.GetWithTexts("acme", outcome.completed().engagement_id());
  ASSERT_THAT(stored, testing::IsOk());
  EXPECT_FALSE(stored->engagement.recording.has_value());
  EXPECT_FALSE(stored->texts.transcript.has_value());
  EXPECT_EQ(stored->engagement.facts.record.title(), "Call 1");
  EXPECT_EQ(stored->texts.source_metadata, "{\"id\":1}");
}

TEST_F(WorkerPoolTest, WorksOnManyCallsInGroups) {
  for (int i = 0; i < 300; ++i) AddCall(i);
  Start();

  const auto outcomes = queue_.WaitForOutcomes(300);

  EXPECT_THAT(outcomes, SizeIs(300));
  EXPECT_EQ(Engagements(), 300U);
  EXPECT_THAT(recordings_.transcript_requests(), ElementsAre(100, 100, 100));
  EXPECT_LT(queue_.reports(), 60);
}

TEST_F(WorkerPoolTest, TranscribesACallWhoseSourceHasNoTranscript) {
  recordings_.SetRecording("source-1", SampleWav(1));
  queue_.Add(MakeCall(1));
  Start();

  const CallOutcome outcome = OutcomeOf(1);

  ASSERT_TRUE(outcome.has_completed()) << outcome.ShortDebugString();
  const auto stored = engagements_.GetWithTexts("acme", outcome.completed().engagement_id());
  EXPECT_EQ(stored->engagement.facts.transcript_engine, "scripted");
  EXPECT_EQ(stored->texts.transcript->segments(0).text(), "heard by an engine");
}

TEST_F(WorkerPoolTest, DoesNotAskForATranscriptThatTheSourceDoesNotHave) {
  recordings_.SetRecording("source-1", SampleWav(1));
  auto call = MakeCall(1);
  call.mutable_record()->set_has_transcript(false);
  queue_.Add(call);
  Start();

  EXPECT_TRUE(OutcomeOf(1).has_completed());
  EXPECT_THAT(recordings_.transcript_requests(), IsEmpty());
}

TEST_F(WorkerPoolTest, LetsCallsWithATranscriptOvertakeSlowTranscription) {
  std::atomic<bool> release = false;
  transcriber_.SetAnswer([&](const auto&) -> absl::StatusOr<common::v1::Transcript> {
    release.wait(false);
    return common::v1::Transcript();
  });
  for (int i = 0; i < 30; ++i) {
    recordings_.SetRecording("source-" + std::to_string(i), SampleWav(i));
    queue_.Add(MakeCall(i));
  }
  for (int i = 100; i < 150; ++i) AddCall(i);
  Start();

  EXPECT_THAT(queue_.WaitForOutcomes(50), SizeIs(50));
  ASSERT_THAT(process_->leases.Renew(), testing::IsOk());
  EXPECT_EQ(queue_.StageOf("call-0"), CALL_STATE_TRANSCRIBING);
  release = true;
  release.notify_all();
  EXPECT_THAT(queue_.WaitForOutcomes(80), SizeIs(80));
}

TEST_F(WorkerPoolTest, DoesNotDownloadAgainAfterAFailedTranscription) {
  std::atomic<int> attempts = 0;
  transcriber_.SetAnswer([&](const auto&) -> absl::StatusOr<common::v1::Transcript> {
    if (++attempts == 1) return absl::UnavailableError("the decoder died");
    return common::v1::Transcript();
  });
  recordings_.SetRecording("source-1", SampleWav(1));
  queue_.Add(MakeCall(1));
  Start();
  EXPECT_EQ(OutcomeOf(1).failed().class_(), FailedCall::CLASS_TRANSIENT);

  queue_.Add(MakeCall(1, 2));

  WaitUntil([&] { return OutcomeOf(1).has_completed(); });
  EXPECT_EQ(recordings_.downloads(), 1);
  EXPECT_EQ(OutcomeOf(1).completed().media_bytes(), static_cast<int64_t>(SampleWav(1).size()));
}

TEST_F(WorkerPoolTest, KeepsTheRecordingWhenTranscriptsCannotBeAsked) {
  recordings_.FailTranscripts(
      WithRetryDelay(Error(absl::StatusCode::kResourceExhausted, "QUOTA_EXHAUSTED", "later"),
                     std::chrono::seconds(9)));
  recordings_.SetRecording("source-1", SampleWav(1));
  queue_.Add(MakeCall(1));
  Start();
  EXPECT_EQ(OutcomeOf(1).failed().class_(), FailedCall::CLASS_QUOTA);
  EXPECT_EQ(OutcomeOf(1).failed().retry_after().seconds(), 9);

  recordings_.FailTranscripts(absl::OkStatus());
  queue_.Add(MakeCall(1, 2));

  WaitUntil([&] { return OutcomeOf(1).has_completed(); });
  EXPECT_EQ(recordings_.downloads(), 1);
}

TEST_F(WorkerPoolTest, DeliversATranscriptWithoutARecording) {
  recordings_.SetTranscript("source-1", "only words");
  queue_.Add(MakeCall(1));
  Start();

  const CallOutcome outcome = OutcomeOf(1);

  ASSERT_TRUE(outcome.has_completed());
  EXPECT_EQ(outcome.completed().media_bytes(), 0);
  EXPECT_FALSE(engagements_.Get("acme", outcome.completed().engagement_id())->recording);
}

}  // namespace
}  // namespace callimport::media_pipeline

// Whole calls through the real stages, stores and threads; the services asked are scripted.
#include "services/media-pipeline/workers/worker_pool.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "libs/common/errors.h"
#include "libs/crypto/digest.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/objects/filesystem_object_store.h"
#include "services/media-pipeline/objects/sample_recording_fixture.h"
#include "services/media-pipeline/objects/temporary_folder_fixture.h"
#include "services/media-pipeline/storage/engagement_store.h"
#include "services/media-pipeline/workers/scripted_services.h"

namespace callimport::media_pipeline {
const std::vector<postgres::Migration>& Migrations();
namespace {

using common::v1::CALL_STATE_TRANSCRIBING;
using job_scheduler::v1::CallOutcome;
using job_scheduler::v1::FailedCall;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class WorkerPoolTest : public testing::PostgresTest {
 protected:
  WorkerPoolTest() : PostgresTest("media_pipeline", Migrations()) {}
  ~WorkerPoolTest() override { Stop(); }

  void Start() { process_ = std::make_unique<Process>(*this); }
  void Stop() { process_.reset(); }

  job_scheduler::v1::LeasedCall MakeCall(int number, int lease_number = 1) {
    const std::string id = std::to_string(number);
    job_scheduler::v1::LeasedCall call;
    call.mutable_lease()->set_call_id("call-" + id);
    call.mutable_lease()->set_lease_number(lease_number);
    call.set_job_id("job");
    call.set_workspace_id("acme");
    call.set_credential_id("credential");
    call.set_platform("gong");
    call.mutable_record()->set_source_call_id("source-" + id);
    call.mutable_record()->set_title("Call " + id);
    call.mutable_record()->set_source_metadata("{\"id\":" + id + "}");
    return call;
  }

  // One call with a recording and a transcript of its source.
  void AddCall(int number) {
    recordings_.SetRecording("source-" + std::to_string(number), SampleWav(number));
    recordings_.SetTranscript("source-" + std::to_string(number),
                              "said in " + std::to_string(number));
    queue_.Add(MakeCall(number));
  }

  CallOutcome OutcomeOf(int number) {
    return queue_.WaitForOutcomes(1)["call-" + std::to_string(number)];
  }

  size_t Engagements() { return engagements_.List("acme", "", std::nullopt, 1000)->size(); }

  void WaitUntil(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    ASSERT_TRUE(condition());
  }

  // What main.cc builds.
  struct Process {
    explicit Process(WorkerPoolTest& test)
        : deliveries(test.pool()),
          lexicon([&test](const auto& words) { return test.engagements_.ParseWords(words); },
                  kAfterWord),
          leases(test.queue_),
          deliverer(*test.objects_, deliveries, lexicon, test.queue_, leases),
          worker({test.recordings_, test.transcriber_, *test.objects_, deliveries, deliverer,
                  leases, *test.routing_},
                 8, 1),
          pool(test.queue_, leases, worker, deliverer, "test", 8) {
      pool.Start();
    }
    DeliveryStore deliveries;
    Lexicon lexicon;
    LeasesInHand leases;
    Deliverer deliverer;
    CallWorker worker;
    WorkerPool pool;
  };

  const TemporaryFolder folder_;
  std::unique_ptr<ObjectStore> objects_ = *OpenFilesystemObjectStore(folder_.path());
  EngagementStore engagements_{pool()};
  ScriptedQueue queue_;
  ScriptedRecordings recordings_;
  ScriptedTranscriber transcriber_;
  std::unique_ptr<RoutingHook> routing_ = std::make_unique<NoRouting>();
  std::unique_ptr<Process> process_;
};

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

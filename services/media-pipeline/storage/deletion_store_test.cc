#include "services/media-pipeline/storage/deletion_store.h"

#include <gmock/gmock.h>

#include "libs/common/errors.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/storage/delivery_store.h"
#include "services/media-pipeline/storage/drafts_fixture.h"
#include "services/media-pipeline/storage/engagement_store.h"
#include "services/media-pipeline/workers/forgetter.h"

namespace callimport::media_pipeline {
const std::vector<postgres::Migration>& Migrations();
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::SizeIs;

// Has calls to forget, until they are confirmed.
class ScriptedForgottenCalls : public job_scheduler::ForgottenCallsClient {
 public:
  void Add(int number) {
    auto& call = *calls_.add_calls();
    call.set_call_id("call-" + std::to_string(number));
    call.set_workspace_id("acme");
    call.set_platform("gong");
    call.set_source_call_id("source-" + std::to_string(number));
  }

  absl::StatusOr<job_scheduler::v1::TakeForgottenCallsResponse> Take(
      const job_scheduler::v1::TakeForgottenCallsRequest&) override {
    return calls_;
  }
  absl::StatusOr<job_scheduler::v1::ConfirmForgottenCallsResponse> Confirm(
      const job_scheduler::v1::ConfirmForgottenCallsRequest& request) override {
    if (!answer.ok()) return answer;
    confirmed.insert(confirmed.end(), request.call_ids().begin(), request.call_ids().end());
    calls_.clear_calls();
    return job_scheduler::v1::ConfirmForgottenCallsResponse();
  }

  absl::Status answer;
  std::vector<std::string> confirmed;

 private:
  job_scheduler::v1::TakeForgottenCallsResponse calls_;
};

class DeletionStoreTest : public testing::PostgresTest {
 protected:
  DeletionStoreTest() : PostgresTest("media_pipeline", Migrations()) {
    EXPECT_THAT(deliveries_.Deliver({MakeTestRecording(1), MakeTestRecording(2)},
                                    {MakeTestDraft(1, "hello"), MakeTestDraft(2)}),
                IsOk());
  }

  static DeletedCall Call(int number, const std::string& call_id = "") {
    const CallOrigin origin = MakeTestDraft(number).facts.origin;
    return {call_id.empty() ? "call-" + std::to_string(number) : call_id, origin};
  }
  size_t Engagements() { return engagements_.List("acme", "", std::nullopt, 10)->size(); }

  DeliveryStore deliveries_{pool()};
  EngagementStore engagements_{pool()};
  DeletionStore store_{pool()};
  ScriptedForgottenCalls scheduler_;
  Forgetter forgetter_{scheduler_, store_};
};

TEST_F(DeletionStoreTest, LeavesNothingOfACallAndAllOfTheOthers) {
  const auto deleted = store_.Delete({Call(1)});

  ASSERT_THAT(deleted, IsOk());
  EXPECT_EQ(deleted->engagements, 1);
  EXPECT_EQ(deleted->transcripts, 1);
  EXPECT_EQ(deleted->recordings, 1);
  EXPECT_EQ(Engagements(), 1U);
  EXPECT_THAT(*deliveries_.FindObjectsInUse({"ws-acme/00/1", "ws-acme/00/2"}),
              ElementsAre("ws-acme/00/2"))
      << "the sweeper deletes the other one's object";
  EXPECT_EQ(store_.Delete({Call(1)})->engagements, 0) << "there is nothing left";
}

TEST_F(DeletionStoreTest, LeavesWhatAnotherCallOfTheSameOriginHasBecome) {
  EXPECT_EQ(store_.Delete({Call(1, "an-older-call")})->engagements, 0);
  EXPECT_EQ(Engagements(), 2U);
}

TEST_F(DeletionStoreTest, DeletesWhatTheSchedulerHasForgottenAndSaysSo) {
  scheduler_.Add(1);
  scheduler_.Add(2);

  ASSERT_THAT(forgetter_.Run(), IsOk());

  EXPECT_EQ(Engagements(), 0U);
  EXPECT_THAT(scheduler_.confirmed, ElementsAre("call-1", "call-2"));
}

TEST_F(DeletionStoreTest, DeletesAgainWhatItCouldNotConfirm) {
  scheduler_.Add(1);
  scheduler_.answer = Error(absl::StatusCode::kUnavailable, "AWAY", "away");
  EXPECT_TRUE(absl::IsUnavailable(forgetter_.Run()));
  EXPECT_THAT(scheduler_.confirmed, IsEmpty());
  scheduler_.answer = absl::OkStatus();

  ASSERT_THAT(forgetter_.Run(), IsOk());

  EXPECT_THAT(scheduler_.confirmed, SizeIs(1));
}

}  // namespace
}  // namespace callimport::media_pipeline

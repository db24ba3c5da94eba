#include "services/media-pipeline/workers/forgetter.h"

#include <gmock/gmock.h>

#include "libs/common/errors.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/storage/delivery_store.h"
#include "services/media-pipeline/storage/drafts_fixture.h"
#include "services/media-pipeline/storage/engagement_store.h"

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

class ForgetterTest : public testing::PostgresTest {
 protected:
  ForgetterTest() : PostgresTest("media_pipeline", Migrations()) {
    EXPECT_THAT(DeliveryStore(pool()).Deliver({MakeTestRecording(1), MakeTestRecording(2)},
                                              {MakeTestDraft(1, "hello"), MakeTestDraft(2)}),
                IsOk());
  }

  size_t Engagements() {
    return EngagementStore(pool()).List("acme", "", std::nullopt, 10)->size();
  }

  DeletionStore store_{pool()};
  ScriptedForgottenCalls scheduler_;
  Forgetter forgetter_{scheduler_, store_};
};

TEST_F(ForgetterTest, DeletesWhatTheSchedulerHasForgottenAndSaysSo) {
  scheduler_.Add(1);
  scheduler_.Add(2);

  ASSERT_THAT(forgetter_.Run(), IsOk());

  EXPECT_EQ(Engagements(), 0U);
  EXPECT_THAT(scheduler_.confirmed, ElementsAre("call-1", "call-2"));
}

TEST_F(ForgetterTest, DeletesAgainWhatItCouldNotConfirm) {
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

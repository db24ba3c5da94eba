#include "services/media-pipeline/storage/deletion_store.h"

#include <gmock/gmock.h>

#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/storage/delivery_store.h"
#include "services/media-pipeline/storage/drafts_fixture.h"
#include "services/media-pipeline/storage/engagement_store.h"

namespace callimport::media_pipeline {
const std::vector<postgres::Migration>& Migrations();
namespace {

using ::testing::ElementsAre;
using testing::IsOk;

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

}  // namespace
}  // namespace callimport::media_pipeline

#include "services/media-pipeline/storage/engagement_store.h"

#include <gmock/gmock.h>

#include "libs/common/ids.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/storage/delivery_store.h"
#include "services/media-pipeline/storage/drafts_fixture.h"

namespace callimport::media_pipeline {
const std::vector<postgres::Migration>& Migrations();
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::IsEmpty;
using testing::IsOk;

class EngagementStoreTest : public testing::PostgresTest {
 protected:
  EngagementStoreTest() : PostgresTest("media_pipeline", Migrations()) {}

  std::string Add(int number, const std::string& title, const std::string& spoken,
                  const std::string& workspace = "acme") {
    EngagementDraft draft = MakeTestDraft(number, spoken, workspace);
    draft.facts.record.set_title(title);
    const auto ids = deliveries_.Deliver({}, {draft});
    EXPECT_THAT(ids, IsOk());
    return ids->front();
  }

  DeliveryStore deliveries_{pool()};
  EngagementStore store_{pool()};
};

TEST_F(EngagementStoreTest, DoesNotShowAnEngagementToAnotherWorkspace) {
  const std::string id = Add(1, "Renewal", "hello");
  EXPECT_THAT(store_.Get("acme", id), IsOk());
  EXPECT_THAT(store_.Get("other", id), HasReason("ENGAGEMENT_NOT_FOUND"));
  EXPECT_THAT(store_.Get("acme", NewUuid()), HasReason("ENGAGEMENT_NOT_FOUND"));
  EXPECT_THAT(store_.Get("acme", "no uuid"), HasReason("ENGAGEMENT_NOT_FOUND"));
}

TEST_F(EngagementStoreTest, ListsNewestCallsFirstPageByPage) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(Add(i, "Call", ""));
  Add(9, "Foreign", "", "other");

  std::vector<std::string> listed;
  std::optional<ListPosition> after;
  for (auto page = store_.List("acme", "", after, 2); !page->empty();
       page = store_.List("acme", "", after, 2)) {
    for (const Engagement& engagement : *page) listed.push_back(engagement.engagement_id);
    after = ListPosition{page->back().happened_at, page->back().engagement_id};
  }

  EXPECT_THAT(listed, ElementsAre(ids[4], ids[3], ids[2], ids[1], ids[0]));
}

TEST_F(EngagementStoreTest, ListsTheEngagementsOfOneBatch) {
  Add(1, "Call", "");
  EXPECT_EQ(store_.List("acme", "job-1", std::nullopt, 10)->size(), 1U);
  EXPECT_THAT(*store_.List("acme", "job-2", std::nullopt, 10), IsEmpty());
}

}  // namespace
}  // namespace callimport::media_pipeline

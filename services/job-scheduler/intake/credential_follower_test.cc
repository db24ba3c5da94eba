#include "services/job-scheduler/intake/credential_follower.h"

#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/planning/sync_fixture.h"

namespace callimport::job_scheduler {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::IsEmpty;
using testing::IsOk;
namespace vault = credential_manager::v1;

// A vault that says what tests have written.
class ScriptedFeed : public credential_manager::CredentialFeedClient {
 public:
  absl::StatusOr<vault::GetCredentialSnapshotResponse> GetSnapshot(
      const std::string& page_token) override {
    vault::GetCredentialSnapshotResponse page;
    const size_t place = page_token.empty() ? 0 : std::stoul(page_token);
    page.set_revision(revision + static_cast<int64_t>(place));  // the first page's one counts
    if (place < live.size()) *page.add_credentials() = live[place];
    if (place + 1 < live.size()) page.set_next_page_token(std::to_string(place + 1));
    return page;
  }

  absl::Status Watch(int64_t after_revision, const credential_manager::CredentialEventSink& sink,
                     const std::stop_token&) override {
    watched_after.push_back(after_revision);
    for (const auto& message : messages) {
      const absl::Status taken = sink(message);
      if (!taken.ok()) return taken;
    }
    return end;
  }

  int64_t revision = 40;
  std::vector<vault::CredentialSummary> live;
  std::vector<vault::WatchCredentialsResponse> messages;
  absl::Status end;
  std::vector<int64_t> watched_after;
};

class CredentialFollowerTest : public SyncTest {
 protected:
  static vault::CredentialSummary Summary(const std::string& id) {
    vault::CredentialSummary summary;
    summary.set_credential_id(id);
    summary.set_workspace_id("acme");
    summary.set_platform("gong");
    summary.set_account_ref("default");
    summary.set_retention(vault::RETENTION_PERSISTENT);
    summary.set_is_valid(true);
    return summary;
  }
  void Tell(vault::CredentialChange change, const std::string& id, int64_t revision) {
    auto& event = *feed_.messages.emplace_back().add_events();
    event.set_revision(revision);
    event.set_change(change);
    *event.mutable_credential() = Summary(id);
  }
  absl::Status Follow() { return follower_.Follow(std::stop_token()); }

  const std::string id_ = NewUuid();
  ScriptedFeed feed_;
  int woken_ = 0;
  CredentialFollower follower_{feed_, sources_, [this] {
                                 ++woken_;
                                 scheduler_.WakeUp();
                               }};
};

TEST_F(CredentialFollowerTest, BeginsWithAllThatAreConnected) {
  const std::string second = NewUuid();
  feed_.live = {Summary(id_), Summary(second)};

  EXPECT_THAT(Follow(), IsOk());

  EXPECT_EQ(sources_.List("acme", "", 10)->size(), 2u);
  EXPECT_THAT(feed_.watched_after, ElementsAre(40));
}

TEST_F(CredentialFollowerTest, AFirstConnectionStartsASyncAtOnce) {
  Tell(vault::CREDENTIAL_CHANGE_CREATED, id_, 41);

  EXPECT_THAT(Follow(), IsOk());

  EXPECT_EQ(woken_, 1);
  const auto jobs = jobs_.List({.workspace_id = "acme", .limit = 10});
  ASSERT_EQ(jobs->size(), 1u);
  EXPECT_EQ(jobs->front().kind, JobKind::kSync);
  EXPECT_EQ(jobs->front().platform, "gong");
}

TEST_F(CredentialFollowerTest, GoesOnWhereItWas) {
  Tell(vault::CREDENTIAL_CHANGE_CREATED, id_, 41);
  ASSERT_THAT(Follow(), IsOk());
  feed_.messages.clear();
  feed_.messages.emplace_back();  // a heartbeat

  EXPECT_THAT(Follow(), IsOk());

  EXPECT_THAT(feed_.watched_after, ElementsAre(40, 41));
  EXPECT_EQ(woken_, 1);
}

TEST_F(CredentialFollowerTest, ADeletedCredentialIsSyncedNoMore) {
  Tell(vault::CREDENTIAL_CHANGE_CREATED, id_, 41);
  Tell(vault::CREDENTIAL_CHANGE_DELETED, id_, 42);

  EXPECT_THAT(Follow(), IsOk());

  EXPECT_EQ(Get({"acme", id_}).health, SourceHealth::kDisconnected);
  EXPECT_THAT(*disconnects_.FindDoomed(10), IsEmpty()) << "its secret is gone already";
}

TEST_F(CredentialFollowerTest, ARefusedCredentialIsUnhealthy) {
  Tell(vault::CREDENTIAL_CHANGE_CREATED, id_, 41);
  Tell(vault::CREDENTIAL_CHANGE_INVALID, id_, 42);

  EXPECT_THAT(Follow(), IsOk());

  EXPECT_EQ(Get({"acme", id_}).health, SourceHealth::kUnhealthy);
}

TEST_F(CredentialFollowerTest, WhereTheFeedWasCleanedAwayItTakesASnapshot) {
  ASSERT_THAT(Follow(), IsOk());
  feed_.revision = 90;
  feed_.live = {Summary(id_)};
  feed_.end = Error(absl::StatusCode::kOutOfRange, "REVISION_GONE", "cleaned away");

  EXPECT_THAT(Follow(), IsOk());

  EXPECT_EQ(sources_.List("acme", "", 10)->size(), 1u);
  EXPECT_EQ(*sources_.FeedCursor(), 90);
}

}  // namespace
}  // namespace callimport::job_scheduler

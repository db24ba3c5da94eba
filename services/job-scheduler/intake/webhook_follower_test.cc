#include "services/job-scheduler/intake/webhook_follower.h"

#include <deque>
#include <optional>

#include "libs/common/errors.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/planning/sync_fixture.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::minutes;
using testing::IsOk;

// Tells what is in it to whoever watches from before, and ends.
class ScriptedFeed : public adapter_gateway::WebhookInboxClient {
 public:
  void Announce(const SourceKey& source) {
    auto& event = events_.emplace_back();
    event.set_revision(static_cast<int64_t>(events_.size()));
    event.set_workspace_id(source.workspace_id);
    event.set_credential_id(source.credential_id);
    event.set_event_type("call.completed");
  }

  // Nobody has read the oldest ones.
  void Forget(size_t events) { forgotten_ = static_cast<int64_t>(events); }

  absl::Status Watch(std::optional<int64_t> after_revision,
                     const adapter_gateway::WebhookSink& sink, const std::stop_token&) override {
    watched_from = after_revision;
    const auto newest = static_cast<int64_t>(events_.size());
    const int64_t from = after_revision.value_or(newest);
    if (from < forgotten_ || from > newest) {
      return Error(absl::StatusCode::kOutOfRange, "REVISION_GONE", "some are gone");
    }
    adapter_gateway::v1::WatchWebhooksResponse message;
    message.set_revision(from);
    absl::Status taken = sink(message);  // a heartbeat
    for (const auto& event : events_) {
      if (event.revision() > from) *message.add_events() = event;
    }
    message.set_revision(newest);
    if (!message.events().empty()) taken.Update(sink(message));
    return taken;
  }

  absl::StatusOr<adapter_gateway::v1::SetWebhookHoldResponse> SetHold(
      const adapter_gateway::v1::SetWebhookHoldRequest&) override {
    return absl::UnimplementedError("nothing is held here");
  }

  std::optional<int64_t> watched_from;

 private:
  std::deque<adapter_gateway::v1::WebhookEvent> events_;
  int64_t forgotten_ = 0;
};

class WebhookFollowerTest : public SyncTest {
 protected:
  // A source that was synced, and has a new call.
  SourceKey SourceWithNewCall() {
    const SourceKey key = Connect();
    RunAll();
    clock_.Advance(minutes(1));
    vendor_.Add("new", clock_.Now() - minutes(1));
    return key;
  }

  void Follow() {
    ASSERT_THAT(follower_.Follow(std::stop_token()), IsOk());
    ASSERT_THAT(follower_.Sync(), IsOk());
  }

  ScriptedFeed feed_;
  AnnouncementStore announcements_{pool(), clock_};
  WebhookFollower follower_{feed_, announcements_, syncs_};
};

TEST_F(WebhookFollowerTest, AnAnnouncedCallIsImportedAtOnce) {
  feed_.Announce(SourceWithNewCall());

  Follow();
  RunAll();

  EXPECT_EQ(Imported(), 1);
  EXPECT_TRUE(announcements_.List(10)->empty());
}

TEST_F(WebhookFollowerTest, ItDoesNotWaitForTheNight) {
  const SourceKey key = SourceWithNewCall();
  feed_.Announce(key);

  Follow();

  EXPECT_EQ(jobs_.Find("acme", Get(key).running_job_id)->work_class,
            common::v1::WORK_CLASS_WEBHOOK);
}

TEST_F(WebhookFollowerTest, ManyAnnouncementsAreOneSync) {
  const SourceKey key = SourceWithNewCall();
  const size_t before = jobs_.List({.workspace_id = "acme", .limit = 100})->size();
  for (int i = 0; i < 50; ++i) feed_.Announce(key);

  Follow();
  RunAll();

  EXPECT_EQ(jobs_.List({.workspace_id = "acme", .limit = 100})->size(), before + 1);
}

TEST_F(WebhookFollowerTest, WhatIsAnnouncedWhileASyncRunsIsSyncedAfterIt) {
  const SourceKey key = SourceWithNewCall();
  const auto running = syncs_.StartNow(key, {});
  feed_.Announce(key);
  Follow();
  EXPECT_EQ(Get(key).running_job_id, running->job.job_id);
  EXPECT_TRUE(announcements_.List(10)->empty()) << "others are not held up by it meanwhile";

  RunAll();
  ASSERT_THAT(follower_.Sync(), IsOk());

  EXPECT_NE(Get(key).running_job_id, running->job.job_id);
  EXPECT_TRUE(announcements_.List(10)->empty());
}

TEST_F(WebhookFollowerTest, GoesOnWhereItsPredecessorWas) {
  feed_.Announce(SourceWithNewCall());
  Follow();
  AnnouncementStore announcements(pool(), clock_);
  WebhookFollower next(feed_, announcements, syncs_);

  ASSERT_THAT(next.Follow(std::stop_token()), IsOk());

  EXPECT_EQ(feed_.watched_from, 1);
}

TEST_F(WebhookFollowerTest, WhatWasForgottenUnreadIsMadeUpForByASyncOfEverySource) {
  const SourceKey key = SourceWithNewCall();
  feed_.Announce({"acme", NewUuid()});
  feed_.Announce(key);
  feed_.Forget(2);

  Follow();

  EXPECT_EQ(jobs_.Find("acme", Get(key).running_job_id)->work_class,
            common::v1::WORK_CLASS_WEBHOOK);
  EXPECT_EQ(*announcements_.FeedCursor(), 2);
  RunAll();
  EXPECT_EQ(Imported(), 1);
}

TEST_F(WebhookFollowerTest, AfterABackupOfTheInboxItGoesOnFromWhatIsThere) {
  SourceWithNewCall();
  ASSERT_THAT(announcements_.Take({}, 1'000), IsOk());

  Follow();

  EXPECT_EQ(*announcements_.FeedCursor(), 0);
}

TEST_F(WebhookFollowerTest, ASourceThatIsSwitchedOffIsLeftAloneAndNeverAsked) {
  const SourceKey key = SourceWithNewCall();
  ASSERT_THAT(sources_.Configure(key, {.enabled = false}, Dana()), IsOk());
  const int asked = vendor_.questions;
  feed_.Announce(key);

  Follow();
  RunAll();

  EXPECT_EQ(vendor_.questions, asked);
  EXPECT_TRUE(announcements_.List(10)->empty());
}

TEST_F(WebhookFollowerTest, WhereAWorkspaceHasNoSyncsNothingBeginsByItself) {
  const SourceKey key = SourceWithNewCall();
  SetWorkspace({.syncs_enabled = false});
  feed_.Announce(key);

  Follow();

  EXPECT_TRUE(Get(key).running_job_id.empty());
  EXPECT_TRUE(announcements_.List(10)->empty());
}

TEST_F(WebhookFollowerTest, WhatWasAnnouncedWhileItWasOffIsCaughtUpWhenItIsOn) {
  const SourceKey key = SourceWithNewCall();
  ASSERT_THAT(sources_.Configure(key, {.enabled = false}, Dana()), IsOk());
  feed_.Announce(key);
  Follow();

  ASSERT_THAT(sources_.Configure(key, {.enabled = true}, Dana()), IsOk());
  RunAll();

  EXPECT_EQ(Imported(), 1);
}

TEST_F(WebhookFollowerTest, ASourceThatIsNoMoreHoldsUpNoOther) {
  feed_.Announce({"acme", NewUuid()});
  feed_.Announce(SourceWithNewCall());

  Follow();
  RunAll();

  EXPECT_EQ(Imported(), 1);
  EXPECT_TRUE(announcements_.List(10)->empty());
}

}  // namespace
}  // namespace callimport::job_scheduler

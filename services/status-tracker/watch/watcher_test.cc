#include "services/status-tracker/watch/watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/status-tracker/watch/scripted_sink.h"

namespace callimport::status_tracker {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Update UpdateOf(const ImportStatus& status) {
  return {std::make_shared<const ImportStatus>(status), "message"};
}

class WatcherTest : public ::testing::Test {
 protected:
  std::shared_ptr<Watcher> Watch(int64_t known_revision) {
    return std::make_shared<Watcher>("acme", "job", known_revision, sink_);
  }

  ScriptedSink sink_;
};

TEST_F(WatcherTest, StartsWithASnapshotAndGoesOnWithChanges) {
  const auto watcher = Watch(0);

  watcher->Deliver(UpdateOf(StatusAt(3)));
  watcher->Deliver(UpdateOf(StatusAt(4)));
  watcher->Deliver(UpdateOf(FinalAt(5)));

  EXPECT_THAT(sink_.told(), ElementsAre("first 3", "change 4", "final 5"));
}

TEST_F(WatcherTest, SendsNothingOlderThanWhatWasSent) {
  const auto watcher = Watch(0);

  watcher->Deliver(UpdateOf(StatusAt(4)));
  watcher->Deliver(UpdateOf(StatusAt(3)));
  watcher->Deliver(UpdateOf(StatusAt(4)));

  EXPECT_THAT(sink_.told(), ElementsAre("first 4"));
}

TEST_F(WatcherTest, ACurrentTokenNeedsNoSnapshot) {
  const auto watcher = Watch(4);

  watcher->Deliver(UpdateOf(StatusAt(4)));
  watcher->Heartbeat();
  watcher->Deliver(UpdateOf(StatusAt(5)));

  EXPECT_THAT(sink_.told(), ElementsAre("heartbeat 4", "change 5"));
}

TEST_F(WatcherTest, AnOldTokenGetsASnapshot) {
  const auto watcher = Watch(4);

  watcher->Deliver(UpdateOf(StatusAt(7)));

  EXPECT_THAT(sink_.told(), ElementsAre("first 7"));
}

TEST_F(WatcherTest, TheLastStateIsSentEvenToWhomHasIt) {
  const auto watcher = Watch(9);

  watcher->Deliver(UpdateOf(FinalAt(9)));

  EXPECT_THAT(sink_.told(), ElementsAre("final 9"));
}

TEST_F(WatcherTest, NothingFollowsTheLastState) {
  const auto watcher = Watch(0);
  watcher->Deliver(UpdateOf(FinalAt(9)));

  watcher->Deliver(UpdateOf(FinalAt(10)));
  watcher->Heartbeat();
  watcher->End(absl::UnavailableError("late"));

  EXPECT_THAT(sink_.told(), ElementsAre("final 9"));
}

TEST_F(WatcherTest, TellsNothingOfOtherWorkspaces) {
  ImportStatus foreign = StatusAt(3);
  foreign.job.set_workspace_id("globex");
  const auto watcher = Watch(0);

  watcher->Deliver(UpdateOf(foreign));
  watcher->Heartbeat();

  EXPECT_THAT(sink_.told(), IsEmpty());
}

TEST_F(WatcherTest, IsSilentOnceLeft) {
  const auto watcher = Watch(0);
  watcher->Leave();

  watcher->Deliver(UpdateOf(StatusAt(3)));
  watcher->End(absl::UnavailableError("late"));

  EXPECT_THAT(sink_.told(), IsEmpty());
}

}  // namespace
}  // namespace callimport::status_tracker

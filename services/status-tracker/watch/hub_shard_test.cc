#include "services/status-tracker/watch/hub_shard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/status-tracker/watch/scripted_sink.h"

namespace callimport::status_tracker {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class HubShardTest : public ::testing::Test {
 protected:
  std::shared_ptr<Watcher> Join(ScriptedSink& sink, const std::string& job_id = "job",
                                int64_t known_revision = 0) {
    auto watcher = std::make_shared<Watcher>("acme", job_id, known_revision, sink);
    served_ = shard_.Join(watcher, now_);
    return watcher;
  }
  void Publish(const ImportStatus& status) {
    shard_.Publish(std::make_shared<const ImportStatus>(status));
  }
  HubShard::Time RunAfter(std::chrono::milliseconds step) { return shard_.RunDue(now_ += step); }

  int rendered_ = 0;
  const Render render_ = [this](const ImportStatus&) {
    ++rendered_;
    return std::string("message");
  };
  HubShard shard_{render_};
  HubShard::Time now_{1h};
  bool served_ = false;
  ScriptedSink sink_;
};

TEST_F(HubShardTest, TellsTheFirstChangeAtOnce) {
  const auto watcher = Join(sink_);

  Publish(StatusAt(1));
  RunAfter(0ms);

  EXPECT_THAT(sink_.told(), ElementsAre("first 1"));
}

TEST_F(HubShardTest, TellsAtMostFiveTimesASecondAndThenTheNewest) {
  const auto watcher = Join(sink_);
  for (int64_t revision = 1; revision <= 100; ++revision) {
    Publish(StatusAt(revision));
    RunAfter(10ms);
  }

  RunAfter(200ms);

  // One second of changes every ten milliseconds.
  EXPECT_LE(sink_.told().size(), 6u);
  EXPECT_EQ(sink_.told().back(), "change 100");
}

TEST_F(HubShardTest, SaysWhenAWaitingChangeIsDue) {
  const auto watcher = Join(sink_);
  Publish(StatusAt(1));
  RunAfter(0ms);
  Publish(StatusAt(2));

  const auto due = RunAfter(50ms);

  EXPECT_EQ(due - now_, 150ms);
  EXPECT_THAT(sink_.told(), ElementsAre("first 1"));
  RunAfter(150ms);
  EXPECT_THAT(sink_.told(), ElementsAre("first 1", "change 2"));
}

TEST_F(HubShardTest, TheLastStateDoesNotWait) {
  const auto watcher = Join(sink_);
  Publish(StatusAt(1));
  RunAfter(0ms);
  Publish(StatusAt(2));
  Publish(FinalAt(3));

  RunAfter(1ms);

  EXPECT_THAT(sink_.told(), ElementsAre("first 1", "final 3"));
}

TEST_F(HubShardTest, AnOlderStatusDoesNotReplaceANewerOne) {
  const auto watcher = Join(sink_);
  Publish(FinalAt(3));
  Publish(StatusAt(2));

  RunAfter(0ms);

  EXPECT_THAT(sink_.told(), ElementsAre("final 3"));
}

TEST_F(HubShardTest, RendersOnceForAllWatchers) {
  std::vector<ScriptedSink> sinks(100);
  std::vector<std::shared_ptr<Watcher>> watchers;
  for (ScriptedSink& sink : sinks) watchers.push_back(Join(sink));

  Publish(StatusAt(1));
  RunAfter(0ms);

  EXPECT_EQ(rendered_, 1);
  for (ScriptedSink& sink : sinks) EXPECT_THAT(sink.told(), ElementsAre("first 1"));
}

TEST_F(HubShardTest, KeepsJobsApart) {
  ScriptedSink other;
  const auto watcher = Join(sink_);
  const auto other_watcher = Join(other, "other");

  Publish(StatusAt(1, "other"));
  RunAfter(0ms);

  EXPECT_THAT(sink_.told(), IsEmpty());
  EXPECT_THAT(other.told(), ElementsAre("first 1"));
}

TEST_F(HubShardTest, SendsHeartbeatsWhileNothingChanges) {
  const auto watcher = Join(sink_);
  Publish(StatusAt(1));
  RunAfter(0ms);

  for (int i = 0; i < 11; ++i) RunAfter(1s);

  EXPECT_THAT(sink_.told(), ElementsAre("first 1", "heartbeat 1", "heartbeat 1"));
}

TEST_F(HubShardTest, ServesALaterWatcherAtOnce) {
  const auto watcher = Join(sink_);
  EXPECT_FALSE(served_);
  Publish(StatusAt(1));
  RunAfter(0ms);

  ScriptedSink late;
  const auto late_watcher = Join(late);

  EXPECT_TRUE(served_);
  EXPECT_THAT(late.told(), ElementsAre("first 1"));
}

TEST_F(HubShardTest, AnEndedJobIsLookedUpAgainAsARetryMayHaveWokenIt) {
  const auto watcher = Join(sink_);
  Publish(FinalAt(1));
  RunAfter(0ms);

  ScriptedSink late;
  const auto late_watcher = Join(late);

  EXPECT_FALSE(served_);
  EXPECT_THAT(late.told(), IsEmpty());
}

TEST_F(HubShardTest, ServesNobodyOfAnotherWorkspace) {
  const auto watcher = Join(sink_);
  Publish(StatusAt(1));
  RunAfter(0ms);

  ScriptedSink foreign;
  const auto stranger = std::make_shared<Watcher>("globex", "job", 0, foreign);

  EXPECT_FALSE(shard_.Join(stranger, now_));
  EXPECT_THAT(foreign.told(), IsEmpty());
}

TEST_F(HubShardTest, ForgetsAJobWhenTheLastWatcherLeaves) {
  const auto watcher = Join(sink_);
  Publish(StatusAt(1));

  shard_.Leave(*watcher);
  RunAfter(0ms);

  EXPECT_THAT(sink_.told(), IsEmpty());
  EXPECT_FALSE(shard_.Publish(std::make_shared<const ImportStatus>(StatusAt(2))));
  EXPECT_THAT(shard_.Watchers(), IsEmpty());
}

TEST_F(HubShardTest, ANewWatcherAfterAllLeftIsToldWhatComesThen) {
  const auto watcher = Join(sink_);
  Publish(StatusAt(1));
  shard_.Leave(*watcher);

  ScriptedSink late;
  const auto late_watcher = Join(late);
  RunAfter(0ms);
  EXPECT_THAT(late.told(), IsEmpty());
  Publish(StatusAt(2));
  RunAfter(0ms);

  EXPECT_THAT(late.told(), ElementsAre("first 2"));
}

}  // namespace
}  // namespace callimport::status_tracker

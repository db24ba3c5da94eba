#include "services/status-tracker/watch/progress_hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "services/status-tracker/watch/scripted_sink.h"

namespace callimport::status_tracker {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

std::string RenderNothing(const ImportStatus&) { return "message"; }

class ProgressHubTest : public ::testing::Test {
 protected:
  ProgressHub hub_{RenderNothing, 3};
};

TEST_F(ProgressHubTest, TellsWatchersOfEveryShard) {
  std::vector<ScriptedSink> sinks(7);
  std::vector<std::unique_ptr<ProgressHub::Subscription>> subscriptions;
  for (ScriptedSink& sink : sinks) {
    subscriptions.push_back(hub_.Subscribe("acme", "job", 0, sink));
  }

  hub_.Publish(StatusAt(1));

  for (ScriptedSink& sink : sinks) EXPECT_TRUE(sink.WaitFor("first 1"));
}

TEST_F(ProgressHubTest, AnAnswerServesItsWatcherAtOnceAndTheOthersSoon) {
  ScriptedSink asking;
  ScriptedSink other;
  const auto subscription = hub_.Subscribe("acme", "job", 0, asking);
  const auto other_subscription = hub_.Subscribe("acme", "job", 0, other);

  hub_.Answer(*subscription->watcher(), StatusAt(1));

  EXPECT_THAT(asking.told(), ElementsAre("first 1"));
  EXPECT_TRUE(other.WaitFor("first 1"));
}

TEST_F(ProgressHubTest, ShutdownEndsEverybodyAndThoseWhoComeLater) {
  ScriptedSink sink;
  const auto subscription = hub_.Subscribe("acme", "job", 0, sink);

  hub_.Shutdown();
  ScriptedSink late;
  const auto late_subscription = hub_.Subscribe("acme", "job", 0, late);

  EXPECT_THAT(sink.told(), ElementsAre("end SHUTTING_DOWN"));
  EXPECT_THAT(late.told(), ElementsAre("end SHUTTING_DOWN"));
}

// Whatever happens at the same time: nobody is told after leaving, and whoever stays gets the end.
TEST_F(ProgressHubTest, SurvivesComingAndGoingWhileThingsChange) {
  std::vector<ScriptedSink> staying(20);
  std::vector<std::unique_ptr<ProgressHub::Subscription>> subscriptions;
  for (ScriptedSink& sink : staying) {
    subscriptions.push_back(hub_.Subscribe("acme", "job", 0, sink));
  }
  std::vector<std::thread> visitors;
  for (int i = 0; i < 4; ++i) {
    visitors.emplace_back([this] {
      for (int visit = 0; visit < 300; ++visit) {
        ScriptedSink sink;  // gone right after its subscription
        const auto subscription = hub_.Subscribe("acme", "job", 0, sink);
        hub_.Answer(*subscription->watcher(), StatusAt(1));
      }
    });
  }

  for (int64_t revision = 1; revision <= 5'000; ++revision) hub_.Publish(StatusAt(revision));
  for (std::thread& visitor : visitors) visitor.join();
  hub_.Publish(FinalAt(5'001));

  for (ScriptedSink& sink : staying) {
    EXPECT_TRUE(sink.WaitFor("final 5001"));
    EXPECT_THAT(sink.told().front(), StartsWith("first "));
  }
}

}  // namespace
}  // namespace callimport::status_tracker

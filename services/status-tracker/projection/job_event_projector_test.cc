#include "services/status-tracker/projection/job_event_projector.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <thread>

#include "libs/testing/fake_clock.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/status-tracker/projection/fake_job_events.h"
#include "services/status-tracker/projection/status_finder.h"

namespace callimport::status_tracker {
namespace {

using testing::HasReason;
using testing::IsOk;

class JobEventProjectorTest : public testing::PostgresTest {
 protected:
  JobEventProjectorTest() : PostgresTest("status_tracker", Migrations()) {}

  // As one process would: a projector of its own, on the same tables.
  std::unique_ptr<JobEventProjector> NewProjector() {
    return std::make_unique<JobEventProjector>(
        events_, store_, [this](ImportStatus status) { Listen(std::move(status)); }, clock_);
  }

  // Follows until the job was told to be that far.
  absl::Status FollowUntil(JobEventProjector& projector, const std::string& job_id,
                           int64_t processed) {
    absl::Status ended;
    std::stop_source stop;
    std::thread session([&] { ended = projector.Follow(stop.get_token()); });
    {
      std::unique_lock lock(mutex_);
      EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(10),
                                    [&] { return heard_[job_id] == processed; }));
    }
    stop.request_stop();
    session.join();
    return ended;
  }

  void Listen(const ImportStatus& status) {
    std::lock_guard lock(mutex_);
    heard_[status.job.job_id()] = status.job.progress().processed_calls();
    changed_.notify_all();
  }

  ImportStatus Stored(const std::string& job_id) {
    const auto found = store_.Find("acme", job_id);
    EXPECT_THAT(found, IsOk());
    return found.ok() && *found ? **found : ImportStatus();
  }

  testing::FakeClock clock_;
  StatusStore store_{pool()};
  FakeJobEvents events_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int64_t> heard_;
};

TEST_F(JobEventProjectorTest, StartsFromASnapshotAndFollows) {
  events_.Happen(JobOf("a", 1));
  const auto projector = NewProjector();
  FollowUntil(*projector, "a", 1).IgnoreError();
  EXPECT_EQ(Stored("a").job.progress().processed_calls(), 1);

  events_.Happen(JobOf("a", 2));
  FollowUntil(*projector, "a", 2).IgnoreError();

  EXPECT_EQ(Stored("a").job.progress().processed_calls(), 2);
  EXPECT_EQ(**store_.Cursor(), 2);
  EXPECT_EQ(events_.snapshots, 1);
}

TEST_F(JobEventProjectorTest, ANewProcessTakesUpTheStoredCursor) {
  events_.Happen(JobOf("a", 1));
  FollowUntil(*NewProjector(), "a", 1).IgnoreError();
  events_.Happen(JobOf("a", 2));

  FollowUntil(*NewProjector(), "a", 2).IgnoreError();

  EXPECT_EQ(Stored("a").revision, 2);
  EXPECT_EQ(events_.snapshots, 1);
}

TEST_F(JobEventProjectorTest, TakesASnapshotWhenEventsAreGone) {
  events_.Happen(JobOf("a", 1));
  events_.Happen(JobOf("ends", 1));
  const auto projector = NewProjector();
  FollowUntil(*projector, "ends", 1).IgnoreError();
  events_.Happen(JobOf("a", 2));
  events_.Happen(JobOf("ends", 5, common::v1::JOB_STATE_COMPLETED));
  events_.ForgetEvents();

  EXPECT_THAT(projector->Follow(std::stop_token()), IsOk());

  EXPECT_EQ(Stored("a").job.progress().processed_calls(), 2);
  EXPECT_EQ(Stored("ends").job.state(), common::v1::JOB_STATE_COMPLETED);
  EXPECT_EQ(heard_["ends"], 5);
  EXPECT_EQ(**store_.Cursor(), 4);
}

TEST_F(JobEventProjectorTest, ForgetsJobsThatTheSchedulerHasForgotten) {
  ASSERT_THAT(store_.Remember({.job = JobOf("lost", 1), .revision = 1}), IsOk());
  events_.Happen(JobOf("a", 1));
  events_.Happen(JobOf("a", 2));

  FollowUntil(*NewProjector(), "a", 2).IgnoreError();

  EXPECT_FALSE(*store_.Find("acme", "lost"));
}

TEST_F(JobEventProjectorTest, MeasuresTheSpeed) {
  const auto projector = NewProjector();
  events_.Happen(JobOf("a", 10));
  FollowUntil(*projector, "a", 10).IgnoreError();
  clock_.Advance(std::chrono::seconds(2));
  events_.Happen(JobOf("a", 30));

  FollowUntil(*projector, "a", 30).IgnoreError();

  EXPECT_DOUBLE_EQ(Stored("a").calls_per_second, 10);
}

TEST_F(JobEventProjectorTest, EndsASessionThatHearsNothing) {
  const auto projector = NewProjector();
  std::atomic<bool> over{false};
  std::thread session([&] {
    projector->Follow(std::stop_token()).IgnoreError();
    over = true;
  });

  // The fake scheduler speaks all the time, so only a leap of the clock looks like silence.
  while (!over) {
    clock_.Advance(std::chrono::hours(1));
    EXPECT_THAT(projector->CheckSilence(), IsOk());
  }

  session.join();
}

TEST_F(JobEventProjectorTest, FindsAJobThatHasNotArrivedYet) {
  StatusFinder finder(store_, events_);
  events_.Happen(JobOf("new", 3));

  const auto found = finder.Find("acme", "new");

  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->job.progress().processed_calls(), 3);
  EXPECT_EQ(Stored("new").revision, 1);
}

TEST_F(JobEventProjectorTest, DoesNotTakeAnEndForTheLastWordAfterARetry) {
  StatusFinder finder(store_, events_);
  events_.Happen(JobOf("a", 3, common::v1::JOB_STATE_PARTIAL));
  ASSERT_THAT(finder.Find("acme", "a"), IsOk());
  events_.Happen(JobOf("a", 2));

  const auto found = finder.Find("acme", "a");

  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->job.state(), common::v1::JOB_STATE_IN_PROGRESS);
}

TEST_F(JobEventProjectorTest, FindsAnEndedJobThatTheSchedulerHasForgotten) {
  StatusFinder finder(store_, events_);
  const ImportStatus ended{.job = JobOf("a", 3, common::v1::JOB_STATE_COMPLETED), .revision = 1};
  ASSERT_THAT(store_.Remember(ended), IsOk());

  const auto found = finder.Find("acme", "a");

  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->job.state(), common::v1::JOB_STATE_COMPLETED);
}

TEST_F(JobEventProjectorTest, FindsNoJobThatIsUnknownOrOfAnotherWorkspace) {
  StatusFinder finder(store_, events_);
  events_.Happen(JobOf("new", 3));

  EXPECT_THAT(finder.Find("globex", "new"), HasReason("JOB_NOT_FOUND"));
  EXPECT_THAT(finder.Find("acme", "unknown"), HasReason("JOB_NOT_FOUND"));
  EXPECT_FALSE(*store_.Find("acme", "new"));
}

}  // namespace
}  // namespace callimport::status_tracker

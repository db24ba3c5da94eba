#include "services/job-scheduler/domain/queue_contest.h"

#include <gmock/gmock.h>

namespace callimport::job_scheduler {
namespace {

using common::v1::WORK_CLASS_BULK;
using common::v1::WORK_CLASS_INTERACTIVE;
using common::v1::WORK_CLASS_RECONCILE;
using common::v1::WORK_CLASS_SYNC;
using common::v1::WORK_CLASS_WEBHOOK;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// 2026-01-01T00:00:00Z: in the default window of UTC.
const Timestamp kNight(seconds(1'767'225'600));
const Timestamp kNoon = kNight + hours(12);

class QueueContestTest : public ::testing::Test {
 protected:
  QueuedJob& AddJob(const std::string& name, common::v1::WorkClass work_class = WORK_CLASS_BULK) {
    QueuedJob job;
    job.job_id = name;
    job.credential = {"acme", "key"};
    job.platform = "gong";
    job.work_class = work_class;
    job.open_calls = 100'000;
    state_.workspaces.try_emplace("acme");
    return state_.jobs.emplace_back(job);
  }

  // Starts what may be started, once.
  std::map<std::string, int> Start(Timestamp now, int calls) {
    const Contest contest = ContestOf(state_, limits_, now);
    std::map<std::string, int> started;
    for (const auto& job : FairShare(contest.contenders, {}, contest.rooms).Next(calls)) {
      ++started[job];
    }
    for (const auto& [key, count] : CountStarts(state_, started, now)) state_.starts[key] = count;
    return started;
  }
  int StartSome(Timestamp now, int calls = 1'000) {
    int sum = 0;
    for (const auto& [job, started] : Start(now, calls)) sum += started;
    return sum;
  }

  QueueState state_;
  StartLimits limits_;
};

TEST_F(QueueContestTest, OnlyBulkWaitsForTheWindow) {
  AddJob("bulk", WORK_CLASS_BULK);
  EXPECT_EQ(StartSome(kNight, 10), 10);
  EXPECT_EQ(StartSome(kNoon, 10), 0);
  for (const auto other :
       {WORK_CLASS_INTERACTIVE, WORK_CLASS_SYNC, WORK_CLASS_WEBHOOK, WORK_CLASS_RECONCILE}) {
    state_.jobs.clear();
    AddJob("other", other);
    EXPECT_EQ(StartSome(kNoon, 10), 10) << WorkClass_Name(other);
  }
}

TEST_F(QueueContestTest, AJobThatWasToldToRunNowWaitsForNoWindow) {
  AddJob("bulk").run_now = true;
  EXPECT_EQ(StartSome(kNoon, 10), 10);
}

// Every ten seconds of two nights, across the night in which clocks are set forward.
TEST_F(QueueContestTest, NothingOfBulkStartsOutsideTheWindowOverAChangeOfClocks) {
  AddJob("bulk");
  state_.workspaces["acme"].time_zone = "Europe/Berlin";
  state_.workspaces["acme"].bulk_calls_per_window = 0;
  const Timestamp start(seconds(1'774'656'000));   // 2026-03-28T00:00:00Z
  const Timestamp opens = start + hours(19);       // 20:00 in winter
  const Timestamp closes = start + hours(24 + 6);  // 08:00 in summer
  for (Timestamp now = start + hours(8); now < start + hours(40); now += seconds(10)) {
    EXPECT_EQ(StartSome(now, 1), now >= opens && now < closes ? 1 : 0)
        << (now - start) / seconds(1);
  }
}

TEST_F(QueueContestTest, ANightDoesItsFiveThousand) {
  AddJob("bulk");
  limits_.starts_per_second = 10;
  int started = 0;
  Timestamp now = kNight - hours(6);
  for (; now < kNight + hours(12); now += seconds(20)) started += StartSome(now, 100);
  EXPECT_EQ(started, 5'000);
  for (; now < kNight + hours(36); now += seconds(20)) started += StartSome(now, 100);
  EXPECT_EQ(started, 10'000) << "and the next one again";
}

TEST_F(QueueContestTest, TheBudgetIsTheCredentialsWhateverItsJobs) {
  state_.workspaces["acme"].bulk_calls_per_window = 30;
  AddJob("one");
  AddJob("two");
  AddJob("elsewhere").credential = {"acme", "other key"};
  AddJob("sync", WORK_CLASS_SYNC);
  const auto started = Start(kNight, 1'000);
  EXPECT_EQ(started.at("one"), 30);
  EXPECT_FALSE(started.contains("two"));
  EXPECT_EQ(started.at("elsewhere"), 30);
  EXPECT_GT(started.at("sync"), 100);
}

TEST_F(QueueContestTest, ACredentialStartsSoManyASecond) {
  AddJob("one", WORK_CLASS_SYNC);
  AddJob("two");
  limits_.starts_per_second = 10;
  EXPECT_EQ(StartSome(kNight), 10);
  EXPECT_EQ(StartSome(kNight + std::chrono::milliseconds(900)), 0);
  EXPECT_EQ(StartSome(kNight + seconds(1)), 10);
}

TEST_F(QueueContestTest, LeasesTakePlacesUntilTheyEnd) {
  QueuedJob& job = AddJob("one");
  job.leased_calls = 7;
  limits_.concurrent_calls = 10;
  EXPECT_EQ(StartSome(kNight), 3);
  job.leased_calls = 10;
  EXPECT_EQ(StartSome(kNight + seconds(1)), 0);
}

TEST_F(QueueContestTest, LeasesOfAPausedJobTakePlacesToo) {
  QueuedJob& paused = AddJob("paused");
  paused.halted = true;
  paused.leased_calls = 9;
  AddJob("other");
  limits_.concurrent_calls = 10;
  EXPECT_THAT(Start(kNight, 1'000), ElementsAre(std::pair("other", 1)));
}

TEST_F(QueueContestTest, APlatformHasPlacesForAllItsCredentials) {
  AddJob("one").leased_calls = 4;
  AddJob("two").credential = {"globex", "key"};
  AddJob("zoom").platform = "zoom";
  limits_.platforms["gong"].concurrent_calls = 6;
  const auto started = Start(kNight, 100);
  int gong = 0;
  for (const auto& [job, calls] : started) gong += job == "zoom" ? 0 : calls;
  EXPECT_EQ(gong, 2);
  EXPECT_EQ(started.at("zoom"), 98);
}

TEST_F(QueueContestTest, AJobGetsNoMoreThanItHasLeft) {
  QueuedJob& job = AddJob("small");
  job.open_calls = 12;
  job.leased_calls = 5;
  EXPECT_EQ(StartSome(kNight), 7);
}

TEST_F(QueueContestTest, AWaitForQuotaHoldsTheCredentialAndNobodyElse) {
  AddJob("held");
  AddJob("urgent", WORK_CLASS_INTERACTIVE);
  AddJob("free").credential = {"globex", "key"};
  state_.parkings[{"acme", "key"}] = {{WORK_CLASS_SYNC, kNight + minutes(1)}};
  const auto started = Start(kNight, 100);
  EXPECT_FALSE(started.contains("held"));
  EXPECT_TRUE(started.contains("urgent"));
  EXPECT_TRUE(started.contains("free"));
}

TEST_F(QueueContestTest, WhoWaitedForQuotaStartsSpreadOut) {
  AddJob("held");
  state_.parkings[{"acme", "key"}] = {{WORK_CLASS_BULK, kNight}};
  limits_.woken_starts_per_second = 4;
  EXPECT_EQ(StartSome(kNight), 4);
  EXPECT_EQ(StartSome(kNight), 0);
  EXPECT_EQ(StartSome(kNight + seconds(2)), 4);
  EXPECT_EQ(StartSome(kNight + limits_.woken_for, 100), 100);
}

TEST_F(QueueContestTest, UploadsAreUnderNoLimitOfACredential) {
  AddJob("upload", WORK_CLASS_INTERACTIVE).credential = {"acme", ""};
  limits_.starts_per_second = 1;
  limits_.concurrent_calls = 1;
  EXPECT_EQ(StartSome(kNoon, 10), 10);
  EXPECT_THAT(state_.starts, IsEmpty());
}

TEST_F(QueueContestTest, TheDearerCallIsCharged) {
  AddJob("dear").call_cost = 3;
  AddJob("cheap").credential = {"globex", "key"};
  const auto started = Start(kNight, 100);
  EXPECT_EQ(started.at("dear"), 25);
  EXPECT_EQ(started.at("cheap"), 75);
}

}  // namespace
}  // namespace callimport::job_scheduler

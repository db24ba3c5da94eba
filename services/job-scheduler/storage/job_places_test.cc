// How many BULK jobs of a workspace, and of a credential, run at once.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "libs/postgres/transact.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/store_fixture.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {
namespace {

using common::v1::WORK_CLASS_SYNC;
using testing::IsOk;

class JobPlacesTest : public StoreTest {
 protected:
  ImportJob Create(const std::string& workspace_id, const std::string& credential_id = "",
                   WorkClass work_class = common::v1::WORK_CLASS_BULK, bool run_now = false) {
    ImportJob job = NewJob(workspace_id);
    if (!credential_id.empty()) job.credential_id = credential_id;
    job.work_class = work_class;
    job.run_now = run_now;
    return *jobs_.Create(job, {NewUuid(), "digest"});
  }

  // The job that is listed next; empty when none may be.
  std::string Next() {
    const auto lease = plans_.Lease("planner");
    EXPECT_THAT(lease, IsOk());
    if (!lease.ok() || !lease->has_value()) return "";
    EXPECT_THAT(plans_.Begin(**lease), IsOk());
    last_ = **lease;
    return (*lease)->job_id;
  }

  bool HasPlaceNow(const ImportJob& job) {
    return *postgres::Transact(pool(), [&](pqxx::work& tx) {
      return HasPlace(tx, job.job_id, clock_.Now(), JobPlaces());
    });
  }

  PlanLease last_;
};

TEST_F(JobPlacesTest, TwoJobsOfAWorkspaceRunAndTheThirdWaits) {
  const ImportJob first = Create("acme");
  const ImportJob second = Create("acme");
  const ImportJob third = Create("acme");
  const ImportJob elsewhere = Create("globex");
  EXPECT_EQ(Next(), first.job_id);
  EXPECT_EQ(Next(), second.job_id);
  EXPECT_EQ(Next(), elsewhere.job_id);
  EXPECT_EQ(Next(), "");
  EXPECT_FALSE(HasPlaceNow(third));
  EXPECT_TRUE(HasPlaceNow(first));

  ASSERT_THAT(jobs_.Cancel("acme", first.job_id), IsOk());
  EXPECT_TRUE(HasPlaceNow(third));
  EXPECT_EQ(Next(), third.job_id);
}

TEST_F(JobPlacesTest, OneJobOfACredentialRuns) {
  const ImportJob first = Create("acme", "key");
  const ImportJob second = Create("acme", "key");
  EXPECT_EQ(Next(), first.job_id);
  EXPECT_EQ(Next(), "");
  ASSERT_THAT(plans_.StoreCount(last_, {"gong", 1, common::v1::EXACTNESS_EXACT}), IsOk());
  ASSERT_THAT(plans_.StoreCalls(last_, Calls({"a"})), IsOk());
  EXPECT_EQ(Next(), "") << "its calls are due";
  const auto leased = Lease();
  EXPECT_EQ(Next(), "") << "and in work";
  Complete(leased);
  EXPECT_EQ(Next(), second.job_id);
}

TEST_F(JobPlacesTest, AJobWhoseCallsAllWaitForALaterTryGivesItsPlaceUp) {
  Create("acme", "key");
  const ImportJob second = Create("acme", "key");
  Next();
  ASSERT_THAT(plans_.StoreCount(last_, {"gong", 1, common::v1::EXACTNESS_EXACT}), IsOk());
  ASSERT_THAT(plans_.StoreCalls(last_, Calls({"a"})), IsOk());
  const auto leased = Lease();
  ASSERT_THAT(queue_.ReportOutcomes({Failure(leased.at(0), FailureClass::kTransient)}), IsOk());
  EXPECT_EQ(Next(), second.job_id);
}

TEST_F(JobPlacesTest, AJobWhoseSourceIsDownLeavesItsWorkspacesPlaceToOtherSources) {
  const std::chrono::hours pause(6);
  const ImportJob dead = Create("acme", "dead");
  const ImportJob well = Create("acme", "well");
  EXPECT_EQ(Next(), dead.job_id);
  ASSERT_THAT(plans_.Postpone(last_, clock_.Now() + pause, 0, "no quota"), IsOk());
  EXPECT_EQ(Next(), well.job_id);
  const ImportJob of_dead = Create("acme", "dead");
  const ImportJob third = Create("acme", "third");
  EXPECT_EQ(Next(), "") << "who waits for quota keeps the place";
  clock_.Advance(pause);
  EXPECT_EQ(Next(), well.job_id) << "its lease has run out";
  EXPECT_EQ(Next(), dead.job_id);

  ASSERT_THAT(plans_.Postpone(last_, clock_.Now() + pause, 4, "down"), IsOk());

  EXPECT_EQ(Next(), third.job_id);
  EXPECT_FALSE(HasPlaceNow(of_dead)) << "one of the account at a time";
}

TEST_F(JobPlacesTest, OnlyBulkTakesPlacesAndNeedsThem) {
  Create("acme", "key");
  Next();
  const ImportJob sync = Create("acme", "key", WORK_CLASS_SYNC);
  EXPECT_EQ(Next(), sync.job_id);
  const ImportJob told = Create("acme", "key", common::v1::WORK_CLASS_BULK, true);
  EXPECT_EQ(Next(), told.job_id);
}

TEST_F(JobPlacesTest, AWorkspaceMayHaveANumberOfItsOwn) {
  ASSERT_THAT(
      postgres::Transact(
          pool(), [](pqxx::work& tx) { SaveWorkspace(tx, "acme", {.max_running_jobs = 3}); }),
      IsOk());
  for (int job = 0; job < 4; ++job) Create("acme");
  EXPECT_NE(Next(), "");
  EXPECT_NE(Next(), "");
  EXPECT_NE(Next(), "");
  EXPECT_EQ(Next(), "");
}

TEST_F(JobPlacesTest, PlannersSideBySideGiveNoPlaceTwice) {
  for (int job = 0; job < 8; ++job) Create("acme");
  std::atomic<int> begun = 0;
  std::vector<std::jthread> planners;
  for (int planner = 0; planner < 4; ++planner) {
    planners.emplace_back([&] {
      const auto lease = plans_.Lease("planner");
      ASSERT_THAT(lease, IsOk());
      begun += lease->has_value() ? 1 : 0;
    });
  }
  planners.clear();
  EXPECT_EQ(begun, 2);
}

}  // namespace
}  // namespace callimport::job_scheduler

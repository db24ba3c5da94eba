#include "services/job-scheduler/planning/wait_explainer.h"

#include <gmock/gmock.h>

#include "libs/common/proto_time.h"
#include "libs/postgres/transact.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/planning/scripted_quota.h"
#include "services/job-scheduler/storage/store_fixture.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {
namespace {

using common::v1::Wait;
using std::chrono::hours;
using std::chrono::seconds;
using testing::HasReason;

// At midnight UTC, when the window of the default hours is open.
class WaitExplainerTest : public StoreTest {
 protected:
  std::vector<Wait::Reason> Reasons(const ImportJob& job) {
    std::vector<Wait::Reason> reasons;
    for (const Wait& wait : explainer_.Explain("acme", job.job_id)->waits) {
      reasons.push_back(wait.reason());
    }
    return reasons;
  }
  void Refresh() { ASSERT_TRUE(explainer_.Refresh().ok()); }
  int64_t Events() {
    return *postgres::Transact(pool(), [](pqxx::work& tx) {
      return tx.exec1("SELECT count(*) FROM job_events")[0].as<int64_t>();
    });
  }
  // From noon on, until the evening.
  void CloseTheWindow() { clock_.Advance(hours(12)); }

  WaitsStore waits_{pool(), listener_, WorkspaceSettings(), clock_};
  ScriptedQuota quota_;
  WaitExplainer explainer_{waits_, quota_, clock_};
};

TEST_F(WaitExplainerTest, TellsWhatIsInWorkAndWhatIsDue) {
  const ImportJob job = ListJob({"a", "b", "c"});
  Lease(1);

  const auto explained = explainer_.Explain("acme", job.job_id);

  EXPECT_EQ(explained->calls_in_work, 1);
  EXPECT_EQ(explained->calls_due, 2);
  EXPECT_TRUE(explained->waits.empty());
}

TEST_F(WaitExplainerTest, ByDayABulkJobWaitsForTheNight) {
  const ImportJob job = ListJob({"a"});
  CloseTheWindow();

  const auto explained = explainer_.Explain("acme", job.job_id);

  ASSERT_EQ(explained->waits.size(), 1u);
  EXPECT_EQ(explained->waits[0].reason(), Wait::REASON_WINDOW);
  EXPECT_EQ(FromProto(explained->waits[0].until_time()), clock_.Now() + hours(8));
}

TEST_F(WaitExplainerTest, TheHoursAreThoseOfTheWorkspace) {
  const ImportJob job = ListJob({"a"});
  CloseTheWindow();
  ASSERT_TRUE(postgres::Transact(pool(), [](pqxx::work& tx) {
                WorkspaceChange change;
                change.bulk_hours = BulkHours{.start = 0, .end = 0};
                SaveWorkspace(tx, "acme", change);
              }).ok());

  EXPECT_THAT(Reasons(job), ::testing::ElementsAre(Wait::REASON_FAIRNESS));
}

TEST_F(WaitExplainerTest, AMassImportHoldsTheOtherJobsOfItsWorkspace) {
  const ImportJob job = ListJob({"a"});
  ASSERT_TRUE(postgres::Transact(pool(), [&](pqxx::work& tx) {
                SaveMaintenance(tx, "acme", Maintenance{clock_.Now(), std::nullopt, "moving over"});
              }).ok());

  const auto waits = explainer_.Explain("acme", job.job_id)->waits;

  ASSERT_EQ(waits.size(), 1u);
  EXPECT_EQ(waits[0].reason(), Wait::REASON_MAINTENANCE);
  EXPECT_THAT(waits[0].text(), ::testing::HasSubstr("moving over"));
}

TEST_F(WaitExplainerTest, WhatFailedIsCountedWithTheTimeOfItsNextTry) {
  const ImportJob job = ListJob({"a", "b"});
  std::vector<QueueStore::Report> reports;
  for (const LeasedCall& call : Lease()) reports.push_back(Failure(call, FailureClass::kTransient));
  ASSERT_TRUE(queue_.ReportOutcomes(reports).ok());

  const auto explained = explainer_.Explain("acme", job.job_id);

  ASSERT_EQ(explained->waits.size(), 1u);
  EXPECT_EQ(explained->waits[0].reason(), Wait::REASON_RETRY);
  EXPECT_EQ(explained->waits[0].calls(), 2);
  const auto pause = FromProto(explained->waits[0].until_time()) - clock_.Now();
  EXPECT_GE(pause, seconds(3));
  EXPECT_LE(pause, seconds(7));
}

TEST_F(WaitExplainerTest, AVendorsQuotaHoldsItUntilTheVendorSaysSo) {
  const ImportJob job = ListJob({"a", "b"});
  const Failed out_of_quota{FailureClass::kQuota, "QUOTA_EXHAUSTED", "", seconds(90)};
  ASSERT_TRUE(queue_.ReportOutcomes({{Lease(1)[0].lease, out_of_quota}}).ok());

  const auto explained = explainer_.Explain("acme", job.job_id);

  ASSERT_FALSE(explained->waits.empty());
  EXPECT_EQ(explained->waits[0].reason(), Wait::REASON_QUOTA);
  EXPECT_EQ(FromProto(explained->waits[0].until_time()), clock_.Now() + seconds(90));
}

TEST_F(WaitExplainerTest, AnOpenBreakerIsTheGatewaysToTell) {
  const ImportJob job = ListJob({"a"});
  ScriptedQuota::Limits limits;
  auto& breaker = *limits.add_breakers();
  breaker.set_state(adapter_gateway::v1::Breaker::STATE_OPEN);
  breaker.set_reason("5 answers with status 503");
  *breaker.mutable_probe_time() = ToProto(clock_.Now() + seconds(30));
  quota_.Answer(limits);

  EXPECT_THAT(Reasons(job), ::testing::ElementsAre(Wait::REASON_BREAKER));
}

TEST_F(WaitExplainerTest, WithoutTheGatewayItTellsWhatItKnowsItself) {
  const ImportJob job = ListJob({"a"});
  CloseTheWindow();
  quota_.Answer(absl::UnavailableError("no gateway"));

  EXPECT_THAT(Reasons(job), ::testing::ElementsAre(Wait::REASON_WINDOW));
}

TEST_F(WaitExplainerTest, AJobThatFindsNoPlaceNamesTheLimit) {
  ListJob({"a"});
  ListJob({"b"});
  const ImportJob third = CreateJob();

  EXPECT_THAT(Reasons(third), ::testing::ElementsAre(Wait::REASON_JOB_LIMIT));
  Complete(Lease());
  EXPECT_TRUE(Reasons(third).empty());
}

TEST_F(WaitExplainerTest, AnotherWorkspacesJobIsNotThere) {
  const ImportJob job = ListJob({"a"});

  EXPECT_THAT(explainer_.Explain("umbrella", job.job_id), HasReason("JOB_NOT_FOUND"));
}

TEST_F(WaitExplainerTest, TheReasonIsShownWithTheJobAndAnnouncedOnce) {
  const ImportJob job = ListJob({"a"});
  CloseTheWindow();
  const int64_t before = Events();
  Refresh();

  ASSERT_EQ(Find(job).waits.size(), 1u);
  EXPECT_EQ(Find(job).waits[0].reason(), Wait::REASON_WINDOW);
  EXPECT_EQ(Events(), before + 1);

  clock_.Advance(seconds(10));
  Refresh();
  EXPECT_EQ(Events(), before + 1);

  clock_.Advance(hours(8));
  Lease();
  Refresh();
  EXPECT_TRUE(Find(job).waits.empty());
  EXPECT_EQ(Events(), before + 2);
}

TEST_F(WaitExplainerTest, APausedJobShowsItAtOnce) {
  const ImportJob job = ListJob({"a"});

  ASSERT_TRUE(jobs_.Pause("acme", job.job_id).ok());

  ASSERT_EQ(Find(job).waits.size(), 1u);
  EXPECT_EQ(Find(job).waits[0].reason(), Wait::REASON_PAUSED);
  ASSERT_TRUE(jobs_.Resume("acme", job.job_id).ok());
  EXPECT_TRUE(Find(job).waits.empty());
}

TEST_F(WaitExplainerTest, TheFinishIsToldFromTheSpeedAndKeptFresh) {
  std::vector<std::string> ids;
  for (int call = 0; call < 60; ++call) ids.push_back("call-" + std::to_string(call));
  const ImportJob job = ListJob(ids);
  Refresh();
  EXPECT_FALSE(Find(job).finish_latest);
  for (int minute = 0; minute < 3; ++minute) {
    for (int look = 0; look < 6; ++look) {
      clock_.Advance(seconds(10));
      if (look == 0) Complete(Lease(10));
      Refresh();
    }
  }

  // Ten a minute, and thirty are left.
  const ImportJob watched = Find(job);
  ASSERT_TRUE(watched.finish_earliest);
  EXPECT_LT(*watched.finish_earliest, clock_.Now() + seconds(180));
  EXPECT_GT(*watched.finish_latest, clock_.Now() + seconds(180));
  EXPECT_LT(*watched.finish_latest, clock_.Now() + seconds(500));

  Complete(Lease());
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_COMPLETED);
  EXPECT_FALSE(Find(job).finish_latest);
}

TEST_F(WaitExplainerTest, TheFinishIsNotPromisedBeforeACallThatIsPutOff) {
  std::vector<std::string> ids;
  for (int call = 0; call < 40; ++call) ids.push_back("call-" + std::to_string(call));
  const ImportJob job = ListJob(ids);
  Refresh();
  const Failed later{FailureClass::kTransient, "VENDOR_ERROR", "", hours(6)};
  ASSERT_TRUE(queue_.ReportOutcomes({{Lease(1)[0].lease, later}}).ok());
  const auto next_try = clock_.Now() + hours(5);
  for (int minute = 0; minute < 3; ++minute) {
    clock_.Advance(seconds(60));
    Complete(Lease(10));
    Refresh();
  }

  // Nine are still due, and one is not tried again for hours.
  ASSERT_TRUE(Find(job).finish_earliest);
  EXPECT_GT(*Find(job).finish_earliest, next_try);
}

TEST_F(WaitExplainerTest, EachSourceIsAskedOnceHoweverManyJobsItHas) {
  ImportJob first = NewJob();
  ImportJob second = NewJob();
  second.credential_id = first.credential_id;
  ASSERT_TRUE(jobs_.Create(first, {NewUuid(), "digest"}).ok());
  ASSERT_TRUE(jobs_.Create(second, {NewUuid(), "digest"}).ok());

  Refresh();
  EXPECT_EQ(quota_.asked(), 1);
  Refresh();
  EXPECT_EQ(quota_.asked(), 1);  // both were looked at just now
}

TEST_F(WaitExplainerTest, ASilentGatewayIsNotAskedForEverySource) {
  CreateJob("acme");
  CreateJob("umbrella");
  quota_.Answer(absl::UnavailableError("no gateway"));

  Refresh();

  EXPECT_EQ(quota_.asked(), 1);
}

TEST_F(WaitExplainerTest, ALongBacklogOfTheAccountRefusesOneMoreImport) {
  JobStore strict(pool(), listener_, clock_, {},
                  {.longest_wait = std::chrono::days(1), .calls = 3});
  ListJob({"a", "b", "c"});
  const ImportJob more = NewJob();

  EXPECT_THAT(strict.Create(more, {NewUuid(), "digest"}), HasReason("BACKLOG_TOO_LONG"));
  Complete(Lease());
  const std::string request_id = NewUuid();
  ASSERT_TRUE(strict.Create(more, {request_id, "digest"}).ok());

  // Who repeats the request gets the job, however long the queue has become.
  ASSERT_TRUE(postgres::Transact(pool(), [](pqxx::work& tx) {
                tx.exec("UPDATE import_jobs SET listed_calls = listed_calls + 100");
              }).ok());
  EXPECT_EQ(strict.Create(NewJob(), {request_id, "digest"})->job_id, more.job_id);
}

}  // namespace
}  // namespace callimport::job_scheduler

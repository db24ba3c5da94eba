// A vendor that refuses a key in the middle of an import is not asked with it for every other call.
#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/planning/scripted_quota.h"
#include "services/job-scheduler/planning/wait_explainer.h"
#include "services/job-scheduler/storage/source_store.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {
namespace {

using common::v1::Wait;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::SizeIs;

class RefusedCredentialsTest : public StoreTest {
 protected:
  ImportJob ListJobWith(const std::string& credential_id, const std::vector<std::string>& calls,
                        bool last = true) {
    ImportJob job = NewJob();
    job.credential_id = credential_id;
    job.run_now = true;  // several of one account at once
    EXPECT_THAT(jobs_.Create(job, {NewUuid(), "digest"}), IsOk());
    return *plans_.StoreCalls(StartListing(job), Calls(calls, last));
  }
  void Refuse(const std::vector<LeasedCall>& calls) {
    std::vector<QueueStore::Report> reports;
    reports.reserve(calls.size());
    for (const LeasedCall& call : calls) {
      reports.push_back({call.lease, Failed{FailureClass::kAuth, "INVALID_KEY", "wrong key", {}}});
    }
    ASSERT_THAT(queue_.ReportOutcomes(reports), IsOk());
  }

  const std::string key_ = NewUuid();
};

TEST_F(RefusedCredentialsTest, LetEverythingElseThatNeedsThemWait) {
  const ImportJob first = ListJobWith(key_, {"a", "b", "c"});
  const ImportJob second = ListJobWith(key_, {"d"});
  const ImportJob other = ListJobWith(NewUuid(), {"e"});
  Refuse(Lease(1));

  const auto leased = Lease();

  ASSERT_THAT(leased, SizeIs(1));
  EXPECT_EQ(leased[0].job_id, other.job_id);
  EXPECT_EQ(Find(first).state, common::v1::JOB_STATE_IN_PROGRESS);
  EXPECT_EQ(Find(first).progress.failed_calls() + Find(first).progress.errors(), 0);
  WaitsStore waits(pool(), listener_, WorkspaceSettings(), clock_);
  ScriptedQuota quota;
  const auto explained = WaitExplainer(waits, quota, clock_).Explain("acme", second.job_id);
  ASSERT_THAT(explained->waits, SizeIs(1));
  EXPECT_EQ(explained->waits[0].reason(), Wait::REASON_CREDENTIAL);
}

TEST_F(RefusedCredentialsTest, AreTriedNowAndThenAndGoOnOnceOneCallGetsThrough) {
  ListJobWith(key_, {"a", "b", "c"});
  Refuse(Lease(2));
  clock_.Advance(minutes(1));
  Refuse(Lease(1));
  EXPECT_THAT(Lease(), IsEmpty());
  clock_.Advance(minutes(1));
  EXPECT_THAT(Lease(), IsEmpty()) << "it waits longer the second time";
  clock_.Advance(minutes(1));

  Complete(Lease(1));

  const auto leased = Lease();
  ASSERT_THAT(leased, SizeIs(2));
  EXPECT_EQ(leased[0].failures, 0);
  Refuse(leased);
  clock_.Advance(minutes(1));
  EXPECT_THAT(Lease(), SizeIs(2)) << "it begins anew";
}

TEST_F(RefusedCredentialsTest, AreListedWithNoSoonerThanThat) {
  ListJobWith(key_, {"a"});
  Refuse(Lease(1));
  ImportJob late = NewJob();
  late.credential_id = key_;
  late.run_now = true;
  ASSERT_THAT(jobs_.Create(late, {NewUuid(), "digest"}), IsOk());

  EXPECT_FALSE(plans_.Lease("planner")->has_value());
  clock_.Advance(minutes(1));
  EXPECT_TRUE(plans_.Lease("planner")->has_value());
}

TEST_F(RefusedCredentialsTest, EndTheirJobsAfterADay) {
  const ImportJob job = ListJobWith(key_, {"a", "b", "c"});
  Refuse(Lease(1));
  clock_.Advance(hours(24));

  Refuse(Lease(1));

  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_FAILED);
  EXPECT_EQ(StatusOf(Find(job)).last_error(), "wrong key");
  const auto causes = jobs_.ListCauses("acme", job.job_id);
  ASSERT_THAT(*causes, SizeIs(1));
  EXPECT_EQ(causes->front().reason, "INVALID_KEY");
  EXPECT_EQ(causes->front().calls, 3) << "two of them without asking the vendor";
  EXPECT_EQ(jobs_.RetryFailed("acme", job.job_id, {})->calls, 3);
}

TEST_F(RefusedCredentialsTest, GoOnAtOnceWhenTheVaultKnowsThemToBeWell) {
  SourceStore sources(pool(), WorkspaceSettings(), minutes(60), clock_);
  ListJobWith(key_, {"a", "b"});
  Refuse(Lease(1));
  ASSERT_THAT(Lease(), IsEmpty());

  ASSERT_THAT(sources.TakeFacts({{.key = {"acme", key_}, .platform = "gong", .revision = 1}}, 1),
              IsOk());

  EXPECT_THAT(Lease(), SizeIs(2));
}

}  // namespace
}  // namespace callimport::job_scheduler

#include "services/job-scheduler/api/explainer.h"

#include <gmock/gmock.h>

#include "libs/common/proto_time.h"
#include "libs/postgres/transact.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/planning/scripted_quota.h"
#include "services/job-scheduler/storage/store_fixture.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasReason;

class ExplainerTest : public StoreTest {
 protected:
  template <typename Request>
  static Request For(const ImportJob& job) {
    Request request;
    request.set_workspace_id(job.workspace_id);
    request.set_job_id(job.job_id);
    return request;
  }
  static int64_t Limit(const v1::ExplainPolicyResponse& policy, const std::string& name) {
    for (const v1::LimitRule& rule : policy.limit_rules()) {
      if (rule.name() == name) return rule.value();
    }
    return -1;
  }

  WaitsStore waits_{pool(), listener_, WorkspaceSettings(), clock_};
  ScriptedQuota quota_;
  WaitExplainer wait_explainer_{waits_, quota_, clock_};
  EffectsStore effects_{pool()};
  Explainer explainer_{wait_explainer_, waits_, effects_, RetrySchedule(), {{"days", 90, "kept"}}};
};

TEST_F(ExplainerTest, ThePolicyIsWhatIsInForce) {
  const auto policy = *explainer_.Policy({});

  ASSERT_EQ(policy.retry_rules_size(), 5);
  const v1::RetryRule& transient = policy.retry_rules(0);
  EXPECT_EQ(transient.failure_class(), "TRANSIENT");
  const std::vector<std::chrono::milliseconds> pauses = {
      seconds(5), seconds(10), minutes(5), minutes(30), hours(2), hours(6), hours(24)};
  ASSERT_EQ(transient.pauses_size(), static_cast<int>(pauses.size()));
  for (int place = 0; place < transient.pauses_size(); ++place) {
    EXPECT_EQ(FromProto(transient.pauses(place)), pauses[static_cast<size_t>(place)]);
  }
  EXPECT_EQ(transient.jitter(), 0.25);
  EXPECT_TRUE(transient.counts_as_failure());
  EXPECT_EQ(policy.retry_rules(1).failure_class(), "QUOTA");
  EXPECT_FALSE(policy.retry_rules(1).counts_as_failure());
  EXPECT_EQ(policy.retry_rules(2).failure_class(), "AUTH");
  EXPECT_FALSE(policy.retry_rules(2).counts_as_failure()) << "a refused key is waited for";
  EXPECT_EQ(policy.retry_rules(4).failure_class(), "LISTING");
  EXPECT_EQ(policy.retry_rules(4).pauses_size(), transient.pauses_size());
  EXPECT_EQ(Limit(policy, "jobs per workspace"), 2);
  EXPECT_EQ(Limit(policy, "days"), 90);
}

TEST_F(ExplainerTest, AWorkspaceHasLimitsOfItsOwn) {
  ASSERT_TRUE(postgres::Transact(pool(), [](pqxx::work& tx) {
                WorkspaceChange change;
                change.max_running_jobs = 7;
                change.bulk_hours = BulkHours{.start = 22, .end = 5};
                SaveWorkspace(tx, "acme", change);
              }).ok());
  v1::ExplainPolicyRequest request;
  request.set_workspace_id("acme");

  EXPECT_EQ(Limit(*explainer_.Policy(request), "jobs per workspace"), 7);
  EXPECT_EQ(Limit(*explainer_.Policy(request), "bulk window start hour"), 22);
  request.set_workspace_id("no such thing");
  EXPECT_THAT(explainer_.Policy(request), HasReason("INVALID_REQUEST"));
}

TEST_F(ExplainerTest, AWaitIsToldWithItsTimeAndNumbers) {
  const ImportJob job = ListJob({"a", "b"});
  clock_.Advance(hours(12));

  const auto response = *explainer_.Wait(For<v1::ExplainWaitRequest>(job));

  ASSERT_EQ(response.waits_size(), 1);
  EXPECT_EQ(response.waits(0).reason(), common::v1::Wait::REASON_WINDOW);
  EXPECT_EQ(FromProto(response.waits(0).until_time()), clock_.Now() + hours(8));
  EXPECT_EQ(response.calls_due(), 2);
  EXPECT_EQ(response.calls_in_work(), 0);
}

TEST_F(ExplainerTest, EffectsAreCountedForPeople) {
  const ImportJob job = ListJob({"a", "b"});
  Complete(Lease());

  const auto response = *explainer_.Verify(For<v1::VerifyEffectsRequest>(job));

  EXPECT_TRUE(response.exactly_once());
  EXPECT_EQ(response.calls(), 2);
  EXPECT_GE(response.effects_size(), 4);
}

TEST_F(ExplainerTest, NamesWhatIsWrongWithARequest) {
  EXPECT_THAT(explainer_.Wait({}), HasReason("INVALID_REQUEST"));
  EXPECT_THAT(explainer_.Verify({}), HasReason("INVALID_REQUEST"));
  ImportJob foreign = ListJob({"a"});
  foreign.workspace_id = "umbrella";
  EXPECT_THAT(explainer_.Wait(For<v1::ExplainWaitRequest>(foreign)), HasReason("JOB_NOT_FOUND"));
  EXPECT_THAT(explainer_.Verify(For<v1::VerifyEffectsRequest>(foreign)),
              HasReason("JOB_NOT_FOUND"));
}

}  // namespace
}  // namespace callimport::job_scheduler

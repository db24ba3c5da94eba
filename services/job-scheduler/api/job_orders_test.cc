// What is told and asked of imports that are there, over real rpcs on a real database.
#include "libs/common/errors.h"
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/api/services_fixture.h"

namespace callimport::job_scheduler {
namespace {

using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

TEST_F(ServicesTest, AJobIsPausedResumedAndRetriedByCause) {
  const auto created = Create(CreateRequest());
  v1::PauseImportJobRequest pause;
  pause.set_workspace_id("acme");
  pause.set_job_id(created->job().job_id());
  v1::ResumeImportJobRequest resume;
  resume.set_workspace_id("acme");
  resume.set_job_id(created->job().job_id());

  const auto paused = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::PauseImportJob, pause);
  ASSERT_THAT(paused, IsOk());
  EXPECT_EQ(paused->job().state(), common::v1::JOB_STATE_PAUSED);
  const auto resumed = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::ResumeImportJob, resume);
  ASSERT_THAT(resumed, IsOk());
  EXPECT_EQ(resumed->job().state(), common::v1::JOB_STATE_PENDING);

  const ImportJob job = *jobs_.Find("acme", created->job().job_id());
  const PlanLease lease = StartListing(job);
  ASSERT_THAT(plans_.StoreCalls(lease, Calls({"a", "b"})), IsOk());
  Fail(Lease());
  v1::ListFailureCausesRequest ask;
  ask.set_workspace_id("acme");
  ask.set_job_id(job.job_id);
  const auto causes = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::ListFailureCauses, ask);
  ASSERT_THAT(causes, IsOk());
  ASSERT_EQ(causes->causes_size(), 1);
  EXPECT_EQ(causes->causes(0).calls(), 2);
  EXPECT_TRUE(causes->causes(0).retryable());

  v1::RetryFailedRequest retry;
  retry.set_workspace_id("acme");
  retry.set_job_id(job.job_id);
  retry.set_retry_token(causes->causes(0).retry_token() + "x");
  EXPECT_THAT(rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RetryFailed, retry),
              HasCode(absl::StatusCode::kInvalidArgument));
  retry.set_retry_token(causes->causes(0).retry_token());
  const auto retried = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RetryFailed, retry);
  ASSERT_THAT(retried, IsOk());
  EXPECT_EQ(retried->retried_calls(), 2);
  EXPECT_EQ(retried->job().state(), common::v1::JOB_STATE_IN_PROGRESS);
}

TEST_F(ServicesTest, AnAdminSeesOnlyTheOwnWorkspace) {
  const auto created = Create(CreateRequest("globex"));
  v1::GetImportJobRequest request;
  request.set_workspace_id("globex");
  request.set_job_id(created->job().job_id());

  EXPECT_THAT(rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::GetImportJob, request), IsOk());
  EXPECT_THAT(rpc::Invoke(*admin_stub_, &v1::JobScheduler::Stub::GetImportJob, request),
              HasCode(absl::StatusCode::kNotFound));
}

TEST_F(ServicesTest, ListsArePagedByToken) {
  for (int made = 0; made < 3; ++made) ASSERT_THAT(Create(CreateRequest()), IsOk());
  v1::ListImportJobsRequest request;
  request.set_workspace_id("acme");
  request.mutable_page()->set_page_size(2);

  const auto first = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::ListImportJobs, request);
  ASSERT_THAT(first, IsOk());
  request.mutable_page()->set_page_token(first->next_page_token());
  const auto rest = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::ListImportJobs, request);

  EXPECT_EQ(first->jobs_size(), 2);
  EXPECT_EQ(rest->jobs_size(), 1);
  EXPECT_TRUE(rest->next_page_token().empty());
  request.mutable_page()->set_page_size(-1);
  EXPECT_THAT(rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::ListImportJobs, request),
              HasReason("INVALID_REQUEST"));
}

TEST_F(ServicesTest, AWorkspaceMayBeNamedByItsCustomerId) {
  WorkspaceChange change;
  change.customer_id = "c-4711";
  ASSERT_THAT(workspaces_.Update("acme", change, {}, ""), IsOk());
  auto request = CreateRequest("c-4711");

  const auto created = Create(request);
  v1::ListImportJobsRequest list;
  list.set_workspace_id("c-4711");
  const auto listed = rpc::Invoke(*admin_stub_, &v1::JobScheduler::Stub::ListImportJobs, list);

  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->job().workspace_id(), "acme");
  ASSERT_THAT(listed, IsOk());
  EXPECT_EQ(listed->jobs_size(), 1);
}

TEST_F(ServicesTest, AFailedJobIsRetriedOnlyWithItsCredential) {
  const ImportJob job = ListJob({"a"});
  Fail(Lease());
  v1::RetryFailedRequest request;
  request.set_workspace_id("acme");
  request.set_job_id(job.job_id);
  const auto retry = [&] {
    return rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RetryFailed, request);
  };

  vault_.AnswerWith(Error(absl::StatusCode::kFailedPrecondition, "CREDENTIAL_SHREDDED", "gone"));
  const auto too_late = retry();
  vault_.AnswerWith(absl::UnavailableError("away"));
  const auto unknown = retry();

  EXPECT_THAT(too_late, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(too_late, HasReason("CREDENTIAL_SHREDDED"));
  EXPECT_THAT(unknown, HasReason("VAULT_UNREACHABLE"));
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_FAILED);
  EXPECT_EQ(Find(job).progress.failed_calls(), 1);
  vault_.AnswerWith(absl::OkStatus());
  const auto in_time = retry();
  ASSERT_THAT(in_time, IsOk());
  EXPECT_EQ(in_time->retried_calls(), 1);
  EXPECT_EQ(in_time->job().state(), common::v1::JOB_STATE_IN_PROGRESS);
}

TEST_F(ServicesTest, ARetryReadsRecordsAgainThatCouldNotBeRead) {
  const ImportJob job = CreateJob();
  ListedCalls page = Calls({"fine"});
  page.unreadable = {{"broken", "title: text is expected"}, {"", "the call has no id"}};
  ASSERT_THAT(plans_.StoreCalls(StartListing(job), page), IsOk());
  Complete(Lease());
  ASSERT_EQ(Find(job).state, common::v1::JOB_STATE_PARTIAL);
  v1::RetryFailedRequest retry;
  retry.set_workspace_id("acme");
  retry.set_job_id(job.job_id);

  const auto unmended = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RetryFailed, retry);
  ASSERT_THAT(unmended, IsOk());
  EXPECT_EQ(unmended->retried_calls(), 0) << "nothing can be imported but its id";
  records_.readable = {Calls({"broken"}).records[0], Calls({"nameless"}).records[0]};
  const auto mended = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RetryFailed, retry);

  ASSERT_THAT(mended, IsOk());
  EXPECT_EQ(mended->retried_calls(), 2);
  EXPECT_EQ(mended->job().state(), common::v1::JOB_STATE_IN_PROGRESS);
  EXPECT_EQ(records_.released, (std::vector<std::string>{"record 0", "record 1"}));
  const auto leased = Lease();
  ASSERT_EQ(leased.size(), 2u);
  for (const LeasedCall& call : leased) EXPECT_FALSE(call.record.source_metadata().empty());
  Complete(leased);
  const ImportJob ended = Find(job);
  EXPECT_EQ(ended.state, common::v1::JOB_STATE_COMPLETED);
  EXPECT_EQ(ended.progress.listed_calls(), 3);
  EXPECT_EQ(ended.progress.total_calls(), 3);
  EXPECT_EQ(ended.progress.completed_calls(), 3);
  EXPECT_EQ(ended.progress.failed_calls(), 0);
  EXPECT_EQ(CallsOf(job)[1].title, "Call broken");

  records_.readable.clear();
  EXPECT_EQ(rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RetryFailed, retry)->retried_calls(),
            0);
}

TEST_F(ServicesTest, ARetryOfTheRestDoesNotWaitForAGatewayThatIsAway) {
  const ImportJob job = ListJob({"a"});
  Fail(Lease());
  records_.answer = absl::UnavailableError("away");
  v1::RetryFailedRequest retry;
  retry.set_workspace_id("acme");
  retry.set_job_id(job.job_id);

  const auto retried = rpc::Invoke(*jobs_stub_, &v1::JobScheduler::Stub::RetryFailed, retry);

  ASSERT_THAT(retried, IsOk());
  EXPECT_EQ(retried->retried_calls(), 1);
}

}  // namespace
}  // namespace callimport::job_scheduler

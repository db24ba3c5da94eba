#include "services/job-scheduler/storage/job_store.h"

#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {
namespace {

using testing::HasReason;
using testing::IsOk;
using ::testing::SizeIs;

class JobStoreTest : public StoreTest {};

TEST_F(JobStoreTest, ARepeatedRequestReturnsTheFirstJob) {
  const std::string request_id = NewUuid();
  const auto first = jobs_.Create(NewJob(), {request_id, "digest"});
  const auto second = jobs_.Create(NewJob(), {request_id, "digest"});

  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->job_id, first->job_id);
}

TEST_F(JobStoreTest, ARequestIdWithOtherContentsIsRefused) {
  const std::string request_id = NewUuid();
  ASSERT_THAT(jobs_.Create(NewJob(), {request_id, "digest"}), IsOk());

  EXPECT_THAT(jobs_.Create(NewJob(), {request_id, "other"}), HasReason("REQUEST_ID_REUSED"));
  EXPECT_THAT(jobs_.Create(NewJob("another"), {request_id, "other"}), IsOk())
      << "another workspace has request ids of its own";
}

TEST_F(JobStoreTest, EveryFieldIsKept) {
  ImportJob job = NewJob();
  job.created_by.set_kind(common::v1::Actor::KIND_SUPPORT);
  job.attributes = {{"direction", "Inbound"}, {"with", "\"quotes\" and ä"}};
  job.work_class = common::v1::WORK_CLASS_SYNC;
  job.priority = 7;
  ASSERT_THAT(jobs_.Create(job, {NewUuid(), "digest"}), IsOk());

  const ImportJob found = Find(job);

  EXPECT_EQ(found.credential_id, job.credential_id);
  EXPECT_EQ(found.kind, JobKind::kHistorical);
  EXPECT_EQ(found.window.start, job.window.start);
  EXPECT_EQ(found.window.end, job.window.end);
  EXPECT_EQ(found.state, common::v1::JOB_STATE_PENDING);
  EXPECT_EQ(found.created_by.kind(), common::v1::Actor::KIND_SUPPORT);
  EXPECT_EQ(found.created_by.name(), "dana");
  EXPECT_EQ(found.correlation_id, "correlation");
  EXPECT_EQ(found.created_at, clock_.Now());
  EXPECT_EQ(found.attributes, job.attributes);
  EXPECT_EQ(found.work_class, common::v1::WORK_CLASS_SYNC);
  EXPECT_EQ(found.priority, 7);
  EXPECT_EQ(found.epoch, 1);
  EXPECT_FALSE(found.run_now);
  EXPECT_FALSE(found.progress.has_total_calls());
  EXPECT_FALSE(found.started_at);
  EXPECT_FALSE(found.finished_at);
}

TEST_F(JobStoreTest, AnotherWorkspacesJobIsNotFound) {
  const ImportJob job = CreateJob("acme");

  EXPECT_THAT(jobs_.Find("globex", job.job_id), HasReason("JOB_NOT_FOUND"));
  EXPECT_THAT(jobs_.Cancel("globex", job.job_id), HasReason("JOB_NOT_FOUND"));
  EXPECT_THAT(jobs_.RetryFailed("globex", job.job_id, {}), HasReason("JOB_NOT_FOUND"));
  EXPECT_THAT(jobs_.ListCalls("globex", {job.job_id, {}, "", 10}), HasReason("JOB_NOT_FOUND"));
}

TEST_F(JobStoreTest, JobsAreListedNewestFirstPageByPage) {
  std::vector<std::string> made;
  for (int count = 0; count < 3; ++count) {
    ImportJob job = NewJob();
    job.job_id = "00000000-0000-7000-8000-00000000000" + std::to_string(count);
    made.push_back(jobs_.Create(job, {NewUuid(), "digest"})->job_id);
  }
  CreateJob("globex");

  const auto first = *jobs_.List({"acme", {}, "", 2});
  const auto rest = *jobs_.List({"acme", {}, first.back().job_id, 2});

  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].job_id, made[2]);
  EXPECT_EQ(first[1].job_id, made[1]);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].job_id, made[0]);
}

TEST_F(JobStoreTest, JobsAreListedByState) {
  const ImportJob cancelled = CreateJob();
  CreateJob();
  ASSERT_THAT(jobs_.Cancel("acme", cancelled.job_id), IsOk());

  const auto found = *jobs_.List({"acme", {common::v1::JOB_STATE_CANCELLED}, "", 10});

  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].job_id, cancelled.job_id);
}

TEST_F(JobStoreTest, APageLooksForFewCallsAmongManyInSteps) {
  std::vector<std::string> source_ids;
  source_ids.reserve(6'000);
  for (int n = 0; n < 6'000; ++n) source_ids.push_back(std::to_string(n));
  const ImportJob job = ListJob(source_ids);
  const std::string last =
      jobs_.ListCalls("acme", {job.job_id, {}, "", 6'000})->calls.back().call_id;
  pqxx::connection connection(database().connection());
  pqxx::nontransaction(connection)
      .exec("UPDATE " + database().schema() +
            ".imported_calls SET state = 'SKIPPED', available_at = NULL WHERE call_id = '" + last +
            "'");
  CallList skipped{job.job_id, {common::v1::CALL_STATE_SKIPPED}, "", 50};

  const CallPage first = *jobs_.ListCalls("acme", skipped);
  skipped.after_call_id = first.next;
  const CallPage second = *jobs_.ListCalls("acme", skipped);

  EXPECT_THAT(first.calls, SizeIs(0));
  EXPECT_FALSE(first.next.empty());
  ASSERT_THAT(second.calls, SizeIs(1));
  EXPECT_EQ(second.calls[0].call_id, last);
  EXPECT_EQ(second.next, "");
}

TEST_F(JobStoreTest, CallsAreListedInTheOrderTheyWereMet) {
  const ImportJob job = ListJob({"c", "a", "b"});

  const CallPage first_page = *jobs_.ListCalls("acme", {job.job_id, {}, "", 2});
  const CallPage last_page = *jobs_.ListCalls("acme", {job.job_id, {}, first_page.next, 2});
  const auto& first = first_page.calls;
  const auto& rest = last_page.calls;

  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].source_call_id, "c");
  EXPECT_EQ(first[0].title, "Call c");
  EXPECT_EQ(first[1].source_call_id, "a");
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].source_call_id, "b");
}

TEST_F(JobStoreTest, CallsAreListedByState) {
  const ImportJob job = ListJob({"a", "b", "c"});
  Fail(Lease(1));
  Complete(Lease(1));

  EXPECT_EQ(CallsOf(job, {common::v1::CALL_STATE_FAILED}).size(), 1u);
  EXPECT_EQ(CallsOf(job, {common::v1::CALL_STATE_COMPLETED}).size(), 1u);
  EXPECT_EQ(CallsOf(job, {common::v1::CALL_STATE_FAILED, common::v1::CALL_STATE_PENDING}).size(),
            2u);
}

TEST_F(JobStoreTest, CancellingAJobBeforeItBeganEndsIt) {
  const ImportJob job = CreateJob();

  const auto cancelled = jobs_.Cancel("acme", job.job_id);

  ASSERT_THAT(cancelled, IsOk());
  EXPECT_EQ(cancelled->state, common::v1::JOB_STATE_CANCELLED);
  EXPECT_TRUE(cancelled->finished_at);
  EXPECT_EQ(listener_.ended(), 1);
}

TEST_F(JobStoreTest, CancellingSkipsWhatNobodyWorksOn) {
  const ImportJob job = ListJob({"a", "b", "c"});
  Complete(Lease(1));

  const auto cancelled = jobs_.Cancel("acme", job.job_id);

  ASSERT_THAT(cancelled, IsOk());
  EXPECT_EQ(cancelled->state, common::v1::JOB_STATE_CANCELLED);
  EXPECT_EQ(cancelled->progress.skipped_calls(), 2);
  EXPECT_EQ(cancelled->progress.completed_calls(), 1);
  EXPECT_TRUE(Lease().empty());
}

TEST_F(JobStoreTest, ACancelledJobEndsWhenItsLastWorkerHasLetGo) {
  const ImportJob job = ListJob({"a", "b", "c"});
  const auto leased = Lease(2);

  EXPECT_EQ(jobs_.Cancel("acme", job.job_id)->state, common::v1::JOB_STATE_CANCELLING);
  Complete({leased[0]});
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_CANCELLING);
  ASSERT_THAT(queue_.Release({leased[1].lease}), IsOk());

  const ImportJob ended = Find(job);
  EXPECT_EQ(ended.state, common::v1::JOB_STATE_CANCELLED);
  EXPECT_EQ(ended.progress.completed_calls(), 1) << "what was imported is true all the same";
  EXPECT_EQ(ended.progress.skipped_calls(), 2);
}

TEST_F(JobStoreTest, ADeadWorkerDoesNotKeepACancelledJobOpen) {
  const ImportJob job = ListJob({"a"});
  Lease();
  ASSERT_THAT(jobs_.Cancel("acme", job.job_id), IsOk());

  clock_.Advance(std::chrono::seconds(16));
  ASSERT_THAT(queue_.Reclaim(), IsOk());

  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_CANCELLED);
}

TEST_F(JobStoreTest, CancellingTwiceOrTooLateChangesNothing) {
  const ImportJob job = ListJob({"a"});
  Complete(Lease());

  const auto late = jobs_.Cancel("acme", job.job_id);

  ASSERT_THAT(late, IsOk());
  EXPECT_EQ(late->state, common::v1::JOB_STATE_COMPLETED);
  EXPECT_EQ(jobs_.Cancel("acme", job.job_id)->state, common::v1::JOB_STATE_COMPLETED);
  EXPECT_EQ(listener_.ended(), 1);
}

TEST_F(JobStoreTest, RetryingQueuesFailedCallsAfreshAndOnlyThose) {
  const ImportJob job = ListJob({"a", "b"});
  Fail(Lease(1));
  Complete(Lease(1));
  ASSERT_EQ(Find(job).state, common::v1::JOB_STATE_PARTIAL);

  const auto retried = jobs_.RetryFailed("acme", job.job_id, {});

  ASSERT_THAT(retried, IsOk());
  EXPECT_EQ(retried->calls, 1);
  EXPECT_EQ(retried->job.state, common::v1::JOB_STATE_IN_PROGRESS);
  EXPECT_EQ(retried->job.progress.failed_calls(), 0);
  EXPECT_EQ(retried->job.progress.completed_calls(), 1);
  EXPECT_EQ(jobs_.RetryFailed("acme", job.job_id, {})->calls, 0);
  const auto again = Lease();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].failures, 0);
  Complete(again);
  EXPECT_EQ(Find(job).state, common::v1::JOB_STATE_COMPLETED);
}

TEST_F(JobStoreTest, RetryingNamedCallsLeavesTheOthers) {
  const ImportJob job = ListJob({"a", "b"});
  const auto leased = Lease();
  Fail(leased);

  const auto retried = jobs_.RetryFailed("acme", job.job_id, {{leased[0].lease.call_id}});

  ASSERT_THAT(retried, IsOk());
  EXPECT_EQ(retried->calls, 1);
  EXPECT_EQ(retried->job.progress.failed_calls(), 1);
  EXPECT_THAT(jobs_.RetryFailed("acme", job.job_id, {{NewUuid()}}), HasReason("CALL_NOT_FOUND"));
}

TEST_F(JobStoreTest, ACancelledJobIsNotRetried) {
  const ImportJob job = CreateJob();
  ASSERT_THAT(jobs_.Cancel("acme", job.job_id), IsOk());

  EXPECT_THAT(jobs_.RetryFailed("acme", job.job_id, {}), HasReason("JOB_CANCELLED"));
}

TEST_F(JobStoreTest, RetryingAJobWhoseCredentialWasRefusedListsOn) {
  const ImportJob job = CreateJob();
  const PlanLease lease = **plans_.Lease("planner");
  ASSERT_THAT(plans_.Begin(lease), IsOk());
  ASSERT_EQ(plans_.Refuse(lease, "INVALID_KEY: no")->state, common::v1::JOB_STATE_FAILED);
  ASSERT_FALSE(plans_.Lease("planner")->has_value());

  const auto retried = jobs_.RetryFailed("acme", job.job_id, {});

  ASSERT_THAT(retried, IsOk());
  EXPECT_EQ(retried->job.state, common::v1::JOB_STATE_PENDING);
  EXPECT_TRUE(StatusOf(retried->job).last_error().empty());
  EXPECT_TRUE(plans_.Lease("planner")->has_value());
}

}  // namespace
}  // namespace callimport::job_scheduler

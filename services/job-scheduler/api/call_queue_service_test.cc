// The queue as workers see it, over real rpcs on a real database.
#include <thread>

#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/api/services_fixture.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::milliseconds;
using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

TEST_F(ServicesTest, AWaitingWorkerGetsCallsTheMomentTheyAreQueued) {
  absl::StatusOr<v1::LeaseCallsResponse> leased = absl::UnknownError("");
  std::thread worker([&] { leased = LeaseOver(LeaseRequest(10, std::chrono::seconds(20))); });
  const ImportJob job = *served_jobs_.Create(NewJob(), {NewUuid(), "digest"});
  const PlanLease lease = **served_plans_.Lease("planner");
  ASSERT_THAT(served_plans_.Begin(lease), IsOk());
  ASSERT_THAT(served_plans_.StoreCount(lease, {"gong", 1, common::v1::EXACTNESS_EXACT}), IsOk());
  ASSERT_THAT(served_plans_.StoreCalls(lease, Calls({"a"})), IsOk());
  worker.join();

  ASSERT_THAT(leased, IsOk());
  ASSERT_EQ(leased->calls_size(), 1);
  EXPECT_EQ(leased->calls(0).job_id(), job.job_id);
  EXPECT_EQ(leased->calls(0).lease().lease_number(), 1);
}

TEST_F(ServicesTest, AWorkerThatWaitsInVainGetsAnEmptyAnswer) {
  const auto leased = LeaseOver(LeaseRequest(10, milliseconds(50)));

  ASSERT_THAT(leased, IsOk());
  EXPECT_EQ(leased->calls_size(), 0);
  EXPECT_THAT(LeaseOver(LeaseRequest(0, milliseconds(0))), HasReason("INVALID_REQUEST"));
  EXPECT_THAT(LeaseOver(LeaseRequest(1, std::chrono::seconds(60))), HasReason("INVALID_REQUEST"));
}

TEST_F(ServicesTest, OutcomesEndCallsAndStaleOnesAreNamed) {
  const ImportJob job = ListJob({"a", "b"});
  const auto leased = LeaseOver(LeaseRequest(10, milliseconds(0)));
  v1::ReportOutcomesRequest request;
  for (const auto& call : leased->calls()) {
    auto& outcome = *request.add_outcomes();
    *outcome.mutable_lease() = call.lease();
    outcome.mutable_completed()->set_engagement_id(NewUuid());
  }
  request.mutable_outcomes(1)->mutable_lease()->set_lease_number(7);

  const auto reported = rpc::Invoke(*queue_stub_, &v1::CallQueue::Stub::ReportOutcomes, request);

  ASSERT_THAT(reported, IsOk());
  EXPECT_EQ(reported->stale_size(), 1);
  EXPECT_EQ(Find(job).progress.completed_calls(), 1);
  request.mutable_outcomes(0)->clear_result();
  EXPECT_THAT(rpc::Invoke(*queue_stub_, &v1::CallQueue::Stub::ReportOutcomes, request),
              HasReason("INVALID_REQUEST"));
}

TEST_F(ServicesTest, NobodyElseMayLease) {
  const auto stub = v1::CallQueue::NewStub(server_.ChannelOf("support-demo"));

  EXPECT_THAT(
      rpc::Invoke(*stub, &v1::CallQueue::Stub::LeaseCalls, LeaseRequest(1, milliseconds(0))),
      HasCode(absl::StatusCode::kPermissionDenied));
}

TEST_F(ServicesTest, AnUploadIsRegisteredAndLeased) {
  v1::RegisterUploadRequest request;
  request.set_workspace_id("acme");
  request.set_content_sha256(std::string(64, 'f'));
  request.set_title("call.wav");
  request.set_worker("worker");

  const auto first = rpc::Invoke(*queue_stub_, &v1::CallQueue::Stub::RegisterUpload, request);
  const auto second = rpc::Invoke(*queue_stub_, &v1::CallQueue::Stub::RegisterUpload, request);

  ASSERT_THAT(first, IsOk());
  EXPECT_TRUE(first->has_leased());
  EXPECT_EQ(first->leased().record().source_call_id(), request.content_sha256());
  ASSERT_THAT(second, IsOk());
  EXPECT_TRUE(second->duplicate());
  EXPECT_EQ(second->call_id(), first->call_id());
}

}  // namespace
}  // namespace callimport::job_scheduler

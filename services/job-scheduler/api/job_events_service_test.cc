// The feed of job events, over real rpcs on a real database.
#include "libs/testing/status_matchers.h"
#include "services/job-scheduler/api/services_fixture.h"

namespace callimport::job_scheduler {
namespace {

using testing::HasReason;
using testing::IsOk;

TEST_F(ServicesTest, AWatcherSeesWhatWasAndWhatComes) {
  const ImportJob job = ListJob({"a"});
  grpc::ClientContext context;
  rpc::Prepare(context, std::chrono::seconds(20));
  const auto reader = events_stub_->WatchJobEvents(&context, {});
  v1::WatchJobEventsResponse message;
  ASSERT_TRUE(reader->Read(&message));
  ASSERT_EQ(message.events_size(), 1);
  EXPECT_EQ(message.events(0).status().progress().listed_calls(), 1);

  ASSERT_THAT(served_queue_.ReportOutcomes({Completion(Lease()[0])}), IsOk());

  do {
    ASSERT_TRUE(reader->Read(&message));
  } while (message.events().empty());
  EXPECT_EQ(message.events(0).status().job_id(), job.job_id);
  EXPECT_EQ(message.events(0).status().state(), common::v1::JOB_STATE_COMPLETED);
  context.TryCancel();
}

TEST_F(ServicesTest, AWatcherIsToldWhenTheServiceStops) {
  grpc::ClientContext context;
  rpc::Prepare(context, std::chrono::seconds(20));
  const auto reader = events_stub_->WatchJobEvents(&context, {});
  v1::WatchJobEventsResponse message;
  ASSERT_TRUE(reader->Read(&message)) << "an idle stream begins with a heartbeat";
  EXPECT_EQ(message.events_size(), 0);

  signals_.Close();

  EXPECT_FALSE(reader->Read(&message));
  EXPECT_THAT(rpc::FromGrpcStatus(reader->Finish()), HasReason("SHUTTING_DOWN"));
  EXPECT_THAT(LeaseOver(LeaseRequest(1, std::chrono::seconds(5))), HasReason("SHUTTING_DOWN"));
}

TEST_F(ServicesTest, AWatcherOfAForgottenRevisionIsToldSo) {
  grpc::ClientContext context;
  rpc::Prepare(context, std::chrono::seconds(20));
  v1::WatchJobEventsRequest request;
  request.set_after_revision(1'000'000);
  const auto reader = events_stub_->WatchJobEvents(&context, request);
  v1::WatchJobEventsResponse message;

  EXPECT_FALSE(reader->Read(&message));
  EXPECT_THAT(rpc::FromGrpcStatus(reader->Finish()), HasReason("REVISION_GONE"));
}

}  // namespace
}  // namespace callimport::job_scheduler

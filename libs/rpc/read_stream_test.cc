#include "libs/rpc/read_stream.h"

#include <grpcpp/grpcpp.h>

#include <memory>
#include <thread>

#include "callimport/job_scheduler/v1/job_events.grpc.pb.h"
#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

namespace v1 = callimport::job_scheduler::v1;
using callimport::testing::HasCode;
using callimport::testing::IsOk;
using std::chrono::hours;
using std::chrono::milliseconds;

// Sends one message, then ends as told, or stays until the client leaves.
class Service final : public v1::JobEvents::Service {
 public:
  grpc::Status WatchJobEvents(grpc::ServerContext* context, const v1::WatchJobEventsRequest*,
                              grpc::ServerWriter<v1::WatchJobEventsResponse>* writer) override {
    writer->Write(v1::WatchJobEventsResponse());
    while (end.ok() && !context->IsCancelled()) std::this_thread::yield();
    return end;
  }

  grpc::Status end;
};

class FollowStreamTest : public ::testing::Test {
 protected:
  FollowStreamTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::JobEvents::NewStub(server_->InProcessChannel({}));
  }

  absl::Status Follow(const absl::Status& taken, milliseconds longest) {
    return FollowStream(
        *stub_, &v1::JobEvents::Stub::WatchJobEvents, v1::WatchJobEventsRequest(),
        [&](const v1::WatchJobEventsResponse&) { return taken; }, std::stop_token(), longest);
  }

  Service service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::JobEvents::Stub> stub_;
};

TEST_F(FollowStreamTest, IsToBeFollowedAgainWhenItsTimeIsOver) {
  EXPECT_THAT(Follow(absl::OkStatus(), milliseconds(50)), IsOk());
}

TEST_F(FollowStreamTest, ADeadlineThatTheSinkMissedIsAnError) {
  EXPECT_THAT(Follow(absl::DeadlineExceededError("the database is slow"), hours(1)),
              HasCode(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(FollowStreamTest, ADeadlineThatTheOtherServiceMissedIsAnError) {
  service_.end = {grpc::StatusCode::DEADLINE_EXCEEDED, "the database is slow"};
  EXPECT_THAT(Follow(absl::OkStatus(), hours(1)), HasCode(absl::StatusCode::kDeadlineExceeded));
}

}  // namespace
}  // namespace callimport::rpc

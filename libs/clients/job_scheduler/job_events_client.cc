#include "libs/clients/job_scheduler/job_events_client.h"

#include "callimport/job_scheduler/v1/job_events.grpc.pb.h"
#include "libs/rpc/invoke.h"
#include "libs/rpc/read_stream.h"

namespace callimport::job_scheduler {
namespace {

using Stub = v1::JobEvents::Stub;

const rpc::InvokeOptions kPatient{.timeout = std::chrono::seconds(5), .attempts = 3};

class GrpcJobEventsClient : public JobEventsClient {
 public:
  explicit GrpcJobEventsClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::JobEvents::NewStub(channel)) {}

  absl::StatusOr<v1::GetProgressSnapshotResponse> GetProgressSnapshot(
      const std::string& job_id) override {
    v1::GetProgressSnapshotRequest request;
    request.set_job_id(job_id);
    return rpc::Invoke(*stub_, &Stub::GetProgressSnapshot, request, kPatient);
  }

  absl::Status WatchJobEvents(int64_t after_revision, const JobEventSink& sink,
                              const std::stop_token& stop) override {
    v1::WatchJobEventsRequest request;
    request.set_after_revision(after_revision);
    return rpc::FollowStream(*stub_, &Stub::WatchJobEvents, request, sink, stop);
  }

 private:
  std::unique_ptr<Stub> stub_;
};

}  // namespace

std::unique_ptr<JobEventsClient> MakeJobEventsClient(
    const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcJobEventsClient>(channel);
}

}  // namespace callimport::job_scheduler

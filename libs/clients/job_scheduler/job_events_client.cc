#include "libs/clients/job_scheduler/job_events_client.h"

#include "callimport/job_scheduler/v1/job_events.grpc.pb.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "libs/rpc/status.h"

namespace callimport::job_scheduler {
namespace {

using Stub = v1::JobEvents::Stub;

constexpr std::chrono::hours kWatchTimeout{1};
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
    grpc::ClientContext context;
    rpc::Prepare(context, kWatchTimeout);
    const auto reader = stub_->WatchJobEvents(&context, request);
    const std::stop_callback cancel(stop, [&] { context.TryCancel(); });

    const absl::Status received = Receive(*reader, sink);
    if (!received.ok()) context.TryCancel();
    const absl::Status ended = rpc::FromGrpcStatus(reader->Finish());
    RETURN_IF_ERROR(received);
    return absl::IsDeadlineExceeded(ended) ? absl::OkStatus() : ended;
  }

 private:
  static absl::Status Receive(grpc::ClientReader<v1::WatchJobEventsResponse>& reader,
                              const JobEventSink& sink) {
    v1::WatchJobEventsResponse message;
    while (reader.Read(&message)) RETURN_IF_ERROR(sink(message));
    return absl::OkStatus();
  }

  std::unique_ptr<Stub> stub_;
};

}  // namespace

std::unique_ptr<JobEventsClient> MakeJobEventsClient(
    const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcJobEventsClient>(channel);
}

}  // namespace callimport::job_scheduler

#include "libs/clients/adapter_gateway/recordings_client.h"

#include "callimport/adapter_gateway/v1/recordings.grpc.pb.h"
#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "libs/rpc/status.h"

namespace callimport::adapter_gateway {
namespace {

// A recording of some gigabytes from a slow vendor is fine; the gateway ends what stands still.
constexpr std::chrono::hours kDownloadTimeout{2};
constexpr std::chrono::seconds kTranscriptsTimeout{60};

absl::Status Unordered(const std::string& what) {
  return Error(absl::StatusCode::kInternal, "STREAM_OUT_OF_ORDER", what);
}

class GrpcRecordingsClient : public RecordingsClient {
 public:
  explicit GrpcRecordingsClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::Recordings::NewStub(channel)) {}

  absl::StatusOr<v1::MediaHeader> DownloadMedia(const v1::DownloadMediaRequest& request,
                                                const ChunkSink& sink,
                                                const std::stop_token& stop) override {
    grpc::ClientContext context;
    rpc::Prepare(context, kDownloadTimeout);
    const auto reader = stub_->DownloadMedia(&context, request);
    const std::stop_callback cancel(stop, [&] { context.TryCancel(); });

    v1::MediaHeader header;
    const absl::Status received = Receive(*reader, header, sink);
    if (!received.ok()) context.TryCancel();
    const absl::Status ended = rpc::FromGrpcStatus(reader->Finish());
    RETURN_IF_ERROR(received);
    RETURN_IF_ERROR(ended);
    return header;
  }

  absl::StatusOr<v1::GetTranscriptsResponse> GetTranscripts(
      const v1::GetTranscriptsRequest& request, const std::stop_token& stop) override {
    grpc::ClientContext context;
    rpc::Prepare(context, kTranscriptsTimeout);
    const std::stop_callback cancel(stop, [&] { context.TryCancel(); });
    v1::GetTranscriptsResponse response;
    RETURN_IF_ERROR(rpc::FromGrpcStatus(stub_->GetTranscripts(&context, request, &response)));
    return response;
  }

 private:
  static absl::Status Receive(grpc::ClientReader<v1::DownloadMediaResponse>& reader,
                              v1::MediaHeader& header, const ChunkSink& sink) {
    v1::DownloadMediaResponse message;
    for (bool first = true; reader.Read(&message); first = false) {
      if (first != message.has_header()) return Unordered("the header of a recording comes first");
      if (first) header = message.header();
      if (!message.data().empty()) RETURN_IF_ERROR(sink(message.data()));
    }
    return absl::OkStatus();
  }

  std::unique_ptr<v1::Recordings::Stub> stub_;
};

}  // namespace

std::unique_ptr<RecordingsClient> MakeRecordingsClient(
    const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcRecordingsClient>(channel);
}

}  // namespace callimport::adapter_gateway

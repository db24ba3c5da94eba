#include "libs/clients/adapter_gateway/recordings_client.h"

#include <utility>
#include <vector>

#include "callimport/adapter_gateway/v1/recordings.grpc.pb.h"
#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "libs/rpc/read_stream.h"
#include "libs/rpc/status.h"

namespace callimport::adapter_gateway {
namespace {

// Recordings of some gigabytes from a slow vendor are fine; the gateway ends what stands still.
constexpr std::chrono::hours kDownloadTimeout{2};
constexpr std::chrono::seconds kTranscriptsTimeout{60};

absl::Status Unordered(const std::string& what) {
  return Error(absl::StatusCode::kInternal, "STREAM_OUT_OF_ORDER", what);
}

absl::Status FromProto(const v1::MediaFailure& failure) {
  absl::Status status =
      Error(static_cast<absl::StatusCode>(failure.code()), failure.reason(), failure.message());
  if (!failure.has_retry_delay()) return status;
  return WithRetryDelay(status, callimport::FromProto(failure.retry_delay()));
}

// Hands the pieces on, and sees to it that they come as the proto promises.
class Unpacker {
 public:
  Unpacker(size_t recordings, MediaSink& sink) : progress_(recordings), sink_(sink) {}

  absl::Status Take(const v1::DownloadMediaResponse& message) {
    for (const v1::MediaPart& part : message.parts()) RETURN_IF_ERROR(Take(part));
    return absl::OkStatus();
  }

  absl::Status AllEnded() const {
    for (const Progress& progress : progress_) {
      if (!progress.ended) return Unordered("a recording has no end");
    }
    return absl::OkStatus();
  }

 private:
  struct Progress {
    bool begun = false;
    bool ended = false;
  };

  absl::Status Take(const v1::MediaPart& part) {
    const auto index = static_cast<size_t>(part.index());
    if (index >= progress_.size()) return Unordered("nobody asked for this recording");
    Progress& progress = progress_[index];
    if (progress.ended) return Unordered("this recording has ended");
    if (part.has_header()) {
      if (std::exchange(progress.begun, true)) return Unordered("a recording has one header");
      sink_.OnHeader(index, part.header());
    }
    const bool complete = part.has_end() && !part.end().has_failure();
    if (!progress.begun && (complete || !part.data().empty())) {
      return Unordered("the header of a recording comes first");
    }
    if (!part.data().empty()) sink_.OnData(index, part.data());
    if (part.has_end()) End(index, part.end());
    return absl::OkStatus();
  }

  void End(size_t index, const v1::MediaEnd& end) {
    progress_[index].ended = true;
    sink_.OnEnd(index, end.has_failure() ? FromProto(end.failure()) : absl::OkStatus());
  }

  std::vector<Progress> progress_;
  MediaSink& sink_;
};

class GrpcRecordingsClient : public RecordingsClient {
 public:
  explicit GrpcRecordingsClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::Recordings::NewStub(channel)) {}

  absl::Status DownloadMedia(const v1::DownloadMediaRequest& request, MediaSink& sink,
                             const std::stop_token& stop) override {
    Unpacker unpacker(static_cast<size_t>(request.source_call_ids_size()), sink);
    RETURN_IF_ERROR(rpc::ReadStream(
        *stub_, &v1::Recordings::Stub::DownloadMedia, request, kDownloadTimeout,
        [&](const v1::DownloadMediaResponse& message) { return unpacker.Take(message); }, stop));
    return unpacker.AllEnded();
  }

  absl::StatusOr<v1::GetTranscriptsResponse> GetTranscripts(
      const v1::GetTranscriptsRequest& request, const std::stop_token& stop) override {
    return rpc::Invoke(*stub_, &v1::Recordings::Stub::GetTranscripts, request,
                       {.timeout = kTranscriptsTimeout, .stop = stop});
  }

 private:
  std::unique_ptr<v1::Recordings::Stub> stub_;
};

}  // namespace

std::unique_ptr<RecordingsClient> MakeRecordingsClient(
    const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcRecordingsClient>(channel);
}

}  // namespace callimport::adapter_gateway

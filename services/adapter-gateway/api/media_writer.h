// Puts recordings on the stream of an rpc, in few large messages.
#pragma once

#include <grpcpp/support/sync_stream.h>

#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "callimport/adapter_gateway/v1/recordings.grpc.pb.h"
#include "services/adapter-gateway/media/media_sink.h"

namespace callimport::adapter_gateway {

class MediaWriter : public MediaSink {
 public:
  using Stream = grpc::ServerWriter<v1::DownloadMediaResponse>;
  using EndListener = std::function<void(size_t index, const absl::Status& status)>;

  MediaWriter(Stream& stream, EndListener on_end) : stream_(stream), on_end_(std::move(on_end)) {}

  absl::Status OnHead(size_t index, const http::Head& head) override;
  absl::Status OnChunk(size_t index, std::string_view chunk) override;
  absl::Status OnEnd(size_t index, const absl::Status& status) override;
  // Only what completes a recording goes before a message is full.
  absl::Status Flush() override;

 private:
  // Of data in one message.
  static constexpr size_t kMaxBytes = 256 << 10;

  // This recording's piece in the message.
  v1::MediaPart& PartOf(size_t index);
  absl::Status Write();

  Stream& stream_;
  const EndListener on_end_;
  v1::DownloadMediaResponse message_;
  size_t bytes_ = 0;
  bool completes_some_ = false;
};

}  // namespace callimport::adapter_gateway

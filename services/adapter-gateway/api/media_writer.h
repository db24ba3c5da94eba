// Puts a recording on the stream of an rpc, in few large messages.
#pragma once

#include <grpcpp/support/sync_stream.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "callimport/adapter_gateway/v1/recordings.grpc.pb.h"
#include "libs/http/http_client.h"

namespace callimport::adapter_gateway {

class MediaWriter {
 public:
  using Stream = grpc::ServerWriter<v1::DownloadMediaResponse>;

  explicit MediaWriter(Stream& stream) : stream_(stream) {}

  // Leaves with the first data: a message less for each of many small recordings.
  void Begin(const http::Head& head);
  // Waits while the reader is slow. CANCELLED once it has left.
  absl::Status Append(std::string_view chunk);
  // The recording is whole.
  absl::Status Finish();

 private:
  // As one message of the stream may carry.
  static constexpr size_t kMaxChunk = 256 << 10;

  absl::Status Flush(grpc::WriteOptions options);

  Stream& stream_;
  v1::DownloadMediaResponse message_;
  // Keeps its memory from message to message.
  std::string gathered_;
};

}  // namespace callimport::adapter_gateway

// Asking adapter-gateway for recordings and transcripts. Only media-pipeline does.
#pragma once

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <stop_token>

#include "absl/status/statusor.h"
#include "callimport/adapter_gateway/v1/recordings.pb.h"

namespace callimport::adapter_gateway {

// Gets every chunk in order, on the calling thread; an error of its own ends the download.
using ChunkSink = std::function<absl::Status(const std::string& chunk)>;

// What Recordings promises; its proto says which errors there are. Stopping ends an rpc at once
// with CANCELLED.
class RecordingsClient {
 public:
  virtual ~RecordingsClient() = default;

  // OK: the recording was handed over completely.
  virtual absl::StatusOr<v1::MediaHeader> DownloadMedia(const v1::DownloadMediaRequest& request,
                                                        const ChunkSink& sink,
                                                        const std::stop_token& stop) = 0;

  virtual absl::StatusOr<v1::GetTranscriptsResponse> GetTranscripts(
      const v1::GetTranscriptsRequest& request, const std::stop_token& stop) = 0;
};

std::unique_ptr<RecordingsClient> MakeRecordingsClient(
    const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callimport::adapter_gateway

// Asking adapter-gateway for recordings and transcripts. Only media-pipeline does.
#pragma once

#include <grpcpp/channel.h>

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>

#include "absl/status/statusor.h"
#include "callimport/adapter_gateway/v1/recordings.pb.h"

namespace callimport::adapter_gateway {

// Gets the recordings of one rpc, piece by piece, on the calling thread. `index` is the recording's
// place in the request. Of each recording: a header, data in order, an end; of one that fails, the
// end may be all.
class MediaSink {
 public:
  virtual ~MediaSink() = default;
  virtual void OnHeader(size_t index, const v1::MediaHeader& header) = 0;
  virtual void OnData(size_t index, const std::string& data) = 0;
  // OK: it is complete.
  virtual void OnEnd(size_t index, const absl::Status& status) = 0;
};

// What Recordings promises; its proto says which errors there are. Stopping ends an rpc at once
// with CANCELLED.
class RecordingsClient {
 public:
  virtual ~RecordingsClient() = default;

  // OK: every recording has ended. After an error those that have not never will.
  virtual absl::Status DownloadMedia(const v1::DownloadMediaRequest& request, MediaSink& sink,
                                     const std::stop_token& stop) = 0;

  virtual absl::StatusOr<v1::GetTranscriptsResponse> GetTranscripts(
      const v1::GetTranscriptsRequest& request, const std::stop_token& stop) = 0;
};

std::unique_ptr<RecordingsClient> MakeRecordingsClient(
    const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callimport::adapter_gateway

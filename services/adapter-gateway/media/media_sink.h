// Who takes the recordings of a batch.
#pragma once

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "libs/http/http_client.h"

namespace callimport::adapter_gateway {

// `index` is the recording's place in the batch. Called on one thread. An error means that nobody
// takes anything any more: it ends the batch.
class MediaSink {
 public:
  virtual ~MediaSink() = default;

  virtual absl::Status OnHead(size_t index, const http::Head& head) = 0;
  // May wait while the reader is slow.
  virtual absl::Status OnChunk(size_t index, std::string_view chunk) = 0;
  // The last word on a recording: complete, or why not.
  virtual absl::Status OnEnd(size_t index, const absl::Status& status) = 0;
  // The vendors may keep us waiting from here on: what is held back should go.
  virtual absl::Status Flush() = 0;
};

}  // namespace callimport::adapter_gateway

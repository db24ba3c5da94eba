// Several answers at once, piece by piece, on the thread that asks for them.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "libs/http/http_client.h"

namespace callimport::http {

// Gets the head before any of the body; an error stops the transfer and becomes its end.
using HeadSink = std::function<absl::Status(const Head& head)>;
// Gets the body piece by piece; an error stops the transfer and becomes its end.
using ChunkSink = std::function<absl::Status(std::string_view chunk)>;

struct TransferSink {
  HeadSink on_head;
  ChunkSink on_chunk;
  // The last word; may start another transfer. Errors as of HttpClient, or the sink's own.
  std::function<void(const absl::Status& status)> on_end;
};

// For one thread. Sinks are called from Run() only. Destroyed early, it drops what is under way.
class Transfers {
 public:
  virtual ~Transfers() = default;

  virtual void Start(const Request& request, TransferSink sink) = 0;
  virtual size_t under_way() const = 0;

  // Lets bytes flow until something has ended, or that long; at once when nothing is under way.
  virtual void Run(std::chrono::milliseconds longest) = 0;
};

}  // namespace callimport::http

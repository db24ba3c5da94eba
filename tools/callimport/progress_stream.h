// One WatchImport rpc, read on a thread of its own, so that clocks can run on meanwhile.
#pragma once

#include <grpcpp/client_context.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "absl/status/status.h"
#include "callimport/status_tracker/v1/progress.grpc.pb.h"

namespace callimport::cli {

class ProgressStream {
 public:
  ProgressStream(status_tracker::v1::Progress::Stub& stub,
                 const status_tracker::v1::WatchImportRequest& request);
  // Cancels the rpc unless it is over.
  ~ProgressStream();

  // The next message, or nothing when none came in time or the stream has ended.
  std::optional<status_tracker::v1::WatchImportResponse> Next(std::chrono::milliseconds patience);

  // How the stream ended, once it has and every message was taken.
  std::optional<absl::Status> ended();

 private:
  void Read(status_tracker::v1::Progress::Stub& stub,
            const status_tracker::v1::WatchImportRequest& request);

  grpc::ClientContext context_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<status_tracker::v1::WatchImportResponse> messages_;
  std::optional<absl::Status> ended_;
  std::thread thread_;
};

}  // namespace callimport::cli

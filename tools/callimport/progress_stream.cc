#include "tools/callimport/progress_stream.h"

#include "libs/rpc/invoke.h"
#include "libs/rpc/status.h"

namespace callimport::cli {
namespace {

using status_tracker::v1::WatchImportRequest;
using status_tracker::v1::WatchImportResponse;

constexpr std::chrono::hours kWatchTimeout{24};

}  // namespace

ProgressStream::ProgressStream(status_tracker::v1::Progress::Stub& stub,
                               const WatchImportRequest& request) {
  rpc::Prepare(context_, kWatchTimeout);
  thread_ = std::thread([this, &stub, request] { Read(stub, request); });
}

ProgressStream::~ProgressStream() {
  context_.TryCancel();
  thread_.join();
}

void ProgressStream::Read(status_tracker::v1::Progress::Stub& stub,
                          const WatchImportRequest& request) {
  const auto reader = stub.WatchImport(&context_, request);
  WatchImportResponse message;
  while (reader->Read(&message)) {
    std::lock_guard lock(mutex_);
    messages_.push_back(message);
    changed_.notify_one();
  }
  const absl::Status status = rpc::FromGrpcStatus(reader->Finish());
  std::lock_guard lock(mutex_);
  ended_ = status;
  changed_.notify_one();
}

std::optional<WatchImportResponse> ProgressStream::Next(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [this] { return !messages_.empty() || ended_; });
  if (messages_.empty()) return std::nullopt;
  WatchImportResponse message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

std::optional<absl::Status> ProgressStream::ended() {
  std::lock_guard lock(mutex_);
  return messages_.empty() ? ended_ : std::nullopt;
}

}  // namespace callimport::cli

#include "services/adapter-gateway/api/media_writer.h"

#include <algorithm>

#include "libs/common/status_macros.h"

namespace callimport::adapter_gateway {

void MediaWriter::Begin(const http::Head& head) {
  v1::MediaHeader& header = *message_.mutable_header();
  const auto type = head.headers.find("content-type");
  if (type != head.headers.end()) header.set_content_type(type->second);
  const int64_t length = head.content_length.value_or(kMaxChunk);
  if (head.content_length) header.set_content_length(length);
  gathered_.reserve(static_cast<size_t>(std::clamp<int64_t>(length, 0, kMaxChunk)));
}

absl::Status MediaWriter::Append(std::string_view chunk) {
  while (!chunk.empty()) {
    if (gathered_.size() == kMaxChunk) RETURN_IF_ERROR(Flush(grpc::WriteOptions()));
    const std::string_view part = chunk.substr(0, kMaxChunk - gathered_.size());
    gathered_.append(part);
    chunk.remove_prefix(part.size());
  }
  return absl::OkStatus();
}

absl::Status MediaWriter::Finish() {
  if (gathered_.empty() && !message_.has_header()) return absl::OkStatus();
  // Leaves with the status of the rpc.
  return Flush(grpc::WriteOptions().set_last_message());
}

absl::Status MediaWriter::Flush(grpc::WriteOptions options) {
  message_.mutable_data()->swap(gathered_);
  const bool written = stream_.Write(message_, options);
  message_.mutable_data()->swap(gathered_);
  gathered_.clear();
  message_.clear_header();
  return written ? absl::OkStatus() : absl::CancelledError("the reader left");
}

}  // namespace callimport::adapter_gateway

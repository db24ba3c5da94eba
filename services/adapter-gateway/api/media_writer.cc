#include "services/adapter-gateway/api/media_writer.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/status.h"

namespace callimport::adapter_gateway {
namespace {

v1::MediaFailure ToProto(const absl::Status& status) {
  v1::MediaFailure failure;
  failure.set_code(static_cast<int>(status.code()));
  failure.set_reason(ReasonOf(status));
  // As it would travel as the status of an rpc: short, and without secrets.
  failure.set_message(rpc::ToGrpcStatus(status).error_message());
  if (const auto delay = RetryDelayOf(status)) {
    *failure.mutable_retry_delay() = callimport::ToProto(*delay);
  }
  return failure;
}

}  // namespace

absl::Status MediaWriter::OnHead(size_t index, const http::Head& head) {
  v1::MediaPart& part = PartOf(index);
  v1::MediaHeader& header = *part.mutable_header();
  const auto type = head.headers.find("content-type");
  if (type != head.headers.end()) header.set_content_type(type->second);
  if (!head.content_length) return absl::OkStatus();
  header.set_content_length(*head.content_length);
  part.mutable_data()->reserve(
      static_cast<size_t>(std::clamp<int64_t>(*head.content_length, 0, kMaxBytes)));
  return absl::OkStatus();
}

absl::Status MediaWriter::OnChunk(size_t index, std::string_view chunk) {
  while (!chunk.empty()) {
    if (bytes_ == kMaxBytes) RETURN_IF_ERROR(Write());
    const std::string_view part = chunk.substr(0, kMaxBytes - bytes_);
    PartOf(index).mutable_data()->append(part);
    bytes_ += part.size();
    chunk.remove_prefix(part.size());
  }
  return absl::OkStatus();
}

absl::Status MediaWriter::OnEnd(size_t index, const absl::Status& status) {
  v1::MediaEnd& end = *PartOf(index).mutable_end();
  if (!status.ok()) *end.mutable_failure() = ToProto(status);
  completes_some_ = true;
  on_end_(index, status);
  return absl::OkStatus();
}

absl::Status MediaWriter::Flush() { return completes_some_ ? Write() : absl::OkStatus(); }

v1::MediaPart& MediaWriter::PartOf(size_t index) {
  for (v1::MediaPart& part : *message_.mutable_parts()) {
    if (part.index() == static_cast<int32_t>(index)) return part;
  }
  v1::MediaPart& part = *message_.add_parts();
  part.set_index(static_cast<int32_t>(index));
  return part;
}

absl::Status MediaWriter::Write() {
  const bool written = stream_.Write(message_);
  message_.Clear();  // keeps its memory
  bytes_ = 0;
  completes_some_ = false;
  return written ? absl::OkStatus() : absl::CancelledError("the reader left");
}

}  // namespace callimport::adapter_gateway

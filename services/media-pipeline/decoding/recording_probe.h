// Recognises recordings by their content: in this process, without decoding, in microseconds.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace callimport::media_pipeline {

struct RecordingFacts {
  // "audio/mpeg", "audio/wav", "audio/mp4", "video/mp4", "video/quicktime", "audio/webm",
  // "video/webm", "audio/ogg" or "audio/flac".
  std::string content_type;
  // Where the container says so.
  std::optional<std::chrono::milliseconds> duration;
};

// INVALID_ARGUMENT with the reason EMPTY_RECORDING, NOT_MEDIA (a page, a document, a program, or
// nothing known), UNSUPPORTED_FORMAT (media of another kind), or RECORDING_TRUNCATED (the
// container announces more than there is). UNAVAILABLE when the file cannot be read.
absl::StatusOr<RecordingFacts> ProbeRecording(const std::string& path);

// The same judgement on the first bytes while a recording still flows in: 64 bytes refuse a page
// or a document, 512 are enough for every format. Refuses only what no further byte can cure.
absl::Status SniffStart(std::string_view first_bytes);

}  // namespace callimport::media_pipeline

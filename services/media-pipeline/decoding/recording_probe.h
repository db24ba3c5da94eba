// Recognises recordings by their content: in this process, without decoding, in microseconds.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/media-pipeline/decoding/byte_source.h"
#include "services/media-pipeline/decoding/recording_facts.h"

namespace callimport::media_pipeline {

// INVALID_ARGUMENT with the reason EMPTY_RECORDING, NOT_MEDIA (a page, a document, a program, or
// nothing known), UNSUPPORTED_FORMAT (media of another kind), or RECORDING_TRUNCATED (the
// container announces more than there is). UNAVAILABLE when the file cannot be read.
absl::StatusOr<RecordingFacts> ProbeRecording(const std::string& path);
absl::StatusOr<RecordingFacts> ProbeRecording(ByteSource& bytes);

// The same judgement on the first bytes while a recording still flows in: 64 bytes refuse a page
// or a document, 8 KiB whatever is not media. Refuses only what no further byte can cure.
absl::Status SniffStart(std::string_view first_bytes);

}  // namespace callimport::media_pipeline

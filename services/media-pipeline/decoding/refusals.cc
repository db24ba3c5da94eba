#include "services/media-pipeline/decoding/refusals.h"

#include "libs/common/errors.h"

namespace callimport::media_pipeline {
namespace {

absl::Status Refusal(const std::string& reason, const std::string& message) {
  return Error(absl::StatusCode::kInvalidArgument, reason, message);
}

}  // namespace

absl::Status EmptyRecording() { return Refusal("EMPTY_RECORDING", "the recording holds nothing"); }

absl::Status NotMedia(const std::string& what) {
  return Refusal("NOT_MEDIA", "not a recording but " + what);
}

absl::Status UnsupportedFormat(const std::string& what) {
  return Refusal("UNSUPPORTED_FORMAT", what + " is not among the formats that can be imported");
}

absl::Status RecordingTruncated(const std::string& how) {
  return Refusal("RECORDING_TRUNCATED", "the recording is incomplete: " + how);
}

absl::Status NoAudio() { return Refusal("NO_AUDIO", "the recording has no sound track"); }

}  // namespace callimport::media_pipeline

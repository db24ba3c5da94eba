// The words in which a recording is refused. All of them are permanent.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace callimport::media_pipeline {

absl::Status EmptyRecording();
// `what` it is instead: "an HTML page".
absl::Status NotMedia(const std::string& what);
absl::Status UnsupportedFormat(const std::string& what);
// `how` it shows: "its sample data ends early".
absl::Status RecordingTruncated(const std::string& how);
absl::Status NoAudio();

}  // namespace callimport::media_pipeline

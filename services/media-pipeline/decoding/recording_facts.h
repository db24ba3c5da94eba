// What can be said about a recording without decoding it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace callimport::media_pipeline {

struct RecordingFacts {
  // "audio/mpeg", "audio/wav", "audio/mp4", "video/mp4", "video/quicktime", "audio/webm",
  // "video/webm", "audio/ogg" or "audio/flac".
  std::string content_type;
  // Where the container says so.
  std::optional<std::chrono::milliseconds> duration;
};

// `units` of which there are `per_second`; nothing when either is unknown or the result absurd.
std::optional<std::chrono::milliseconds> DurationOf(double units, double per_second);

}  // namespace callimport::media_pipeline

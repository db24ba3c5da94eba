#include "services/media-pipeline/decoding/recording_facts.h"

namespace callimport::media_pipeline {

std::optional<std::chrono::milliseconds> DurationOf(double units, double per_second) {
  constexpr double kLongest = 30.0 * 24 * 3600 * 1000;
  if (!(units > 0) || !(per_second > 0)) return std::nullopt;

  const double milliseconds = units / per_second * 1000;
  if (!(milliseconds < kLongest)) return std::nullopt;
  return std::chrono::milliseconds(static_cast<int64_t>(milliseconds + 0.5));
}

}  // namespace callimport::media_pipeline

// How much is known about a call.
#pragma once

#include <chrono>
#include <optional>

#include "callimport/common/v1/call.pb.h"

namespace callimport::media_pipeline {

// Numbered as in the proto and in the database.
enum class MetadataQuality { kMinimal = 1, kPartial = 2, kFull = 3 };

// Full: title, participants, date, duration, and a transcript or a recording.
// Minimal: id and date, and nothing else. Partial: everything between.
MetadataQuality QualityOf(const common::v1::CallRecord& record,
                          std::optional<std::chrono::milliseconds> duration, bool has_recording,
                          bool has_transcript);

}  // namespace callimport::media_pipeline

#include "services/media-pipeline/domain/metadata_quality.h"

namespace callimport::media_pipeline {

MetadataQuality QualityOf(const common::v1::CallRecord& record,
                          std::optional<std::chrono::milliseconds> duration, bool has_recording,
                          bool has_transcript) {
  const bool has_title = !record.title().empty();
  const bool has_participants = record.participants_size() > 0;
  const bool has_content = has_recording || has_transcript;
  if (has_title && has_participants && record.has_start_time() && duration && has_content) {
    return MetadataQuality::kFull;
  }
  if (!has_title && !has_participants && !duration && !has_content) {
    return MetadataQuality::kMinimal;
  }
  return MetadataQuality::kPartial;
}

}  // namespace callimport::media_pipeline

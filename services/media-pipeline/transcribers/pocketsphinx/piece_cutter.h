// Cuts flowing sound into pieces that an engine can take whole: long enough for it to hear words
// in their context, short enough for its memory, and cut where nobody speaks.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/media-pipeline/decoding/pcm_source.h"

namespace callimport::media_pipeline {

struct Piece {
  // From the start of the recording.
  int64_t start_ms = 0;
  std::vector<int16_t> samples;
};

class PieceCutter {
 public:
  explicit PieceCutter(PcmSource& source) : source_(source) {}

  // The next piece in which something can be heard; nothing at the end of the recording.
  absl::StatusOr<std::optional<Piece>> Next();

 private:
  absl::Status Fill();
  Piece Take(size_t samples);

  PcmSource& source_;
  std::vector<int16_t> waiting_;
  int64_t taken_ = 0;
  bool at_end_ = false;
};

}  // namespace callimport::media_pipeline

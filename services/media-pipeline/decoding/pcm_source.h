// Sound as it flows: 16 kHz, one channel, 16 bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/status/statusor.h"

namespace callimport::media_pipeline {

class PcmSource {
 public:
  virtual ~PcmSource() = default;

  // Fills `samples` from the front and says how many; fewer than asked for only at the end of the
  // recording, which is an error if the recording is not whole.
  virtual absl::StatusOr<size_t> Read(std::span<int16_t> samples) = 0;
};

}  // namespace callimport::media_pipeline

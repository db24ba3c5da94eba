// Starts a confined media-decoder for each recording and hands on what it writes.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/media-pipeline/decoding/pcm_source.h"

namespace callimport::media_pipeline {

class AudioDecoder {
 public:
  // `timeout` bounds the time spent waiting for one recording's decoder, not its reader's own.
  AudioDecoder(std::string program, std::chrono::milliseconds timeout);

  // FAILED_PRECONDITION when the program cannot be run.
  absl::Status Check() const;

  // The sound of the recording at `path`. The pipe holds 64 KiB: a slow reader slows the decoder.
  // Reading ends with INVALID_ARGUMENT (NOT_MEDIA, NO_AUDIO, UNSUPPORTED_FORMAT, EMPTY_RECORDING,
  // RECORDING_TRUNCATED), with CANCELLED soon after `cancelled` says so, with DEADLINE_EXCEEDED
  // (DECODING_TOO_SLOW), or with UNAVAILABLE (DECODER_FAILED). Letting go of it ends the decoder.
  absl::StatusOr<std::unique_ptr<PcmSource>> Decode(const std::string& path,
                                                    std::function<bool()> cancelled) const;

 private:
  std::string program_;
  std::chrono::milliseconds timeout_;
};

}  // namespace callimport::media_pipeline

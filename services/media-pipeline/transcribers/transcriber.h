// What a transcription engine promises.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "callimport/common/v1/call.pb.h"

namespace callimport::media_pipeline {

// Turns a recording into a transcript. Safe to use from many threads: an engine bounds by itself
// how many recordings it works on at once, and a caller beyond that waits.
class Transcriber {
 public:
  virtual ~Transcriber() = default;

  // "pocketsphinx"; stored with every transcript it makes.
  virtual std::string engine() const = 0;

  // Asks `cancelled` every few seconds of audio, also while waiting for its turn.
  //
  // INVALID_ARGUMENT stays so however often it is tried: NOT_MEDIA, UNSUPPORTED_FORMAT,
  // RECORDING_TRUNCATED, EMPTY_RECORDING, NO_AUDIO. CANCELLED when `cancelled` said so. Everything
  // else may pass by itself. A recording in which nobody speaks gives a transcript without
  // segments.
  virtual absl::StatusOr<callimport::common::v1::Transcript> Transcribe(
      const std::string& recording_path, const std::function<bool()>& cancelled) = 0;
};

}  // namespace callimport::media_pipeline

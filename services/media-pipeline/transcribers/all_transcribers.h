// The engines there are. A new one is a folder beside pocketsphinx/ and a line in the .cc.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "services/media-pipeline/config.pb.h"
#include "services/media-pipeline/transcribers/transcriber.h"

namespace callimport::media_pipeline {

// INVALID_ARGUMENT for an unknown engine or profile; FAILED_PRECONDITION when a program or model
// that it needs is not there. The message names the field.
absl::StatusOr<std::unique_ptr<Transcriber>> MakeTranscriber(const TranscriberConfig& config);

}  // namespace callimport::media_pipeline

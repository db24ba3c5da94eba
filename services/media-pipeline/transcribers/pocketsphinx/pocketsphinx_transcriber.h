// Transcription on this machine, without any service: English, of draft and keyword quality.
#pragma once

#include <functional>
#include <string>

#include "services/media-pipeline/decoding/audio_decoder.h"
#include "services/media-pipeline/transcribers/pocketsphinx/decoder_pool.h"
#include "services/media-pipeline/transcribers/transcriber.h"

namespace callimport::media_pipeline {

class PocketSphinxTranscriber final : public Transcriber {
 public:
  // Works on up to `threads` recordings at once, each on its caller's thread.
  PocketSphinxTranscriber(AudioDecoder decoder, SphinxModel model, int threads);

  std::string engine() const override { return "pocketsphinx"; }

  // Holds at most 20 s of sound in memory, however long the recording is.
  absl::StatusOr<common::v1::Transcript> Transcribe(
      const std::string& recording_path, const std::function<bool()>& cancelled) override;

 private:
  const AudioDecoder decoder_;
  DecoderPool pool_;
};

}  // namespace callimport::media_pipeline

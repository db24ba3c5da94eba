// Decodes one recording from a descriptor to PCM on another. Part of media-decoder only.
#pragma once

#include <cstdint>

#include "services/media-pipeline/decoding/decoder_exit.h"
#include "services/media-pipeline/decoding/pcm_writer.h"
#include "services/media-pipeline/decoding/recording_input.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace callimport::media_pipeline {

class RecordingDecoder {
 public:
  RecordingDecoder(int recording, int pcm);
  ~RecordingDecoder();
  RecordingDecoder(const RecordingDecoder&) = delete;
  RecordingDecoder& operator=(const RecordingDecoder&) = delete;

  DecoderExit Run();

  // For people: what was found, as one line of JSON.
  void Describe(int descriptor) const;

 private:
  DecoderExit OpenCodec();
  bool DecodePacket(const AVPacket* packet);
  bool WriteFrame(const AVFrame& frame);
  DecoderExit Verdict(int read_error) const;

  RecordingInput input_;
  PcmWriter output_;
  AVCodecContext* codec_ = nullptr;
  AVPacket* packet_ = nullptr;
  AVFrame* frame_ = nullptr;
  int64_t bad_packets_ = 0;
};

}  // namespace callimport::media_pipeline

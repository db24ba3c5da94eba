// What media-decoder says with its exit code to whoever started it.
#pragma once

namespace callimport::media_pipeline {

enum DecoderExit : int {
  kDecoded = 0,
  kFailed = 1,  // nothing is known against the recording
  kUsage = 2,
  kNotMedia = 10,
  kNoAudio = 11,
  kTruncated = 12,
  kUnsupported = 13,
  kEmpty = 14,
};

// What comes out of it: 16-bit samples of this machine's byte order, one channel.
inline constexpr int kPcmRate = 16000;

}  // namespace callimport::media_pipeline

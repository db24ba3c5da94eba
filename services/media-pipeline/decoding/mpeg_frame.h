// The four bytes at the start of every MPEG audio frame.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace callimport::media_pipeline {

struct MpegFrame {
  int version;  // 1, 2, or 25 for "2.5"
  int layer;    // 2 or 3
  int rate;
  bool mono;
  size_t bytes;
  int samples;
};

// Nothing when no layer II or III frame of known length begins here.
std::optional<MpegFrame> ParseMpegFrame(std::string_view bytes);

// Whether `count` frames of one stream follow each other from `at` on. What lies beyond the bytes
// is given the benefit of the doubt once a first frame was seen.
bool HasFrames(std::string_view bytes, size_t at, int count);

}  // namespace callimport::media_pipeline

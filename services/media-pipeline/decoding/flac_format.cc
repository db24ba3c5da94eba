// FLAC: metadata blocks (RFC 9639), the first of which counts the samples; then frames.
#include <string>

#include "services/media-pipeline/decoding/binary_numbers.h"
#include "services/media-pipeline/decoding/container_formats.h"
#include "services/media-pipeline/decoding/refusals.h"

namespace callimport::media_pipeline {
namespace {

constexpr int kMostBlocks = 64;

struct StreamInfo {
  uint64_t largest_block;
  uint64_t smallest_frame;
  uint64_t rate;
  uint64_t samples;
};

StreamInfo ParseStreamInfo(std::string_view body) {
  const uint64_t packed = BigEndian(body, 10, 8);  // 20 bits rate, 8 not ours, 36 bits samples
  return {BigEndian(body, 2, 2), BigEndian(body, 4, 3), packed >> 44,
          packed & ((uint64_t{1} << 36) - 1)};
}

// The fewest bytes in which the announced samples can be written.
uint64_t FewestBytes(const StreamInfo& stream) {
  return stream.largest_block == 0 ? 0
                                   : stream.samples / stream.largest_block * stream.smallest_frame;
}

}  // namespace

bool IsFlac(std::string_view head) {
  return head.substr(0, 4) == "fLaC" && (ByteAt(head, 4) & 0x7F) == 0;
}

absl::StatusOr<RecordingFacts> ProbeFlac(ByteSource& bytes) {
  const std::string start = bytes.Read(8, 34);
  if (start.size() < 34) return RecordingTruncated("it ends in its description");
  const StreamInfo stream = ParseStreamInfo(start);

  uint64_t at = 4;
  for (int i = 0; i < kMostBlocks; ++i) {
    const std::string header = bytes.Read(at, 4);
    at += 4 + BigEndian(header, 1, 3);
    if (header.size() < 4 || at > bytes.size()) {
      return RecordingTruncated("it ends in its description");
    }
    if (ByteAt(header, 0) & 0x80) break;  // the last block
  }
  const uint64_t frames = bytes.size() - at;
  if (frames == 0 && stream.samples == 0) return EmptyRecording();
  if (frames == 0 || frames < FewestBytes(stream))
    return RecordingTruncated("its frames end early");
  return RecordingFacts{"audio/flac", DurationOf(static_cast<double>(stream.samples),
                                                 static_cast<double>(stream.rate))};
}

}  // namespace callimport::media_pipeline

// MP3: frames, perhaps after an ID3 tag, the first of which may be a "Xing" frame that counts.
#include <algorithm>
#include <optional>
#include <string>

#include "services/media-pipeline/decoding/binary_numbers.h"
#include "services/media-pipeline/decoding/container_formats.h"
#include "services/media-pipeline/decoding/mpeg_frame.h"
#include "services/media-pipeline/decoding/refusals.h"

namespace callimport::media_pipeline {
namespace {

// A recording cut out of a running stream begins with the rest of a frame.
constexpr size_t kMostJunk = 4096;
// Two frames at the very start; one more where chance has more tries.
constexpr int kFramesAtStart = 2;
constexpr int kFramesAfterJunk = 3;
constexpr size_t kLargestFrame = 1441;

// The size of an ID3v2 tag with its header, 0 when there is none.
uint64_t TagSize(std::string_view head) {
  if (head.substr(0, 3) != "ID3") return 0;
  uint64_t size = 0;
  for (size_t i = 6; i < 10; ++i) size = size << 7 | (ByteAt(head, i) & 0x7F);
  const bool has_footer = ByteAt(head, 5) & 0x10;
  return size + (has_footer ? 20 : 10);
}

std::optional<size_t> FindFrames(std::string_view bytes) {
  if (HasFrames(bytes, 0, kFramesAtStart)) return 0;
  for (size_t at = 1; at < std::min(bytes.size(), kMostJunk); ++at) {
    if (ByteAt(bytes, at) == 0xFF && HasFrames(bytes, at, kFramesAfterJunk)) return at;
  }
  return std::nullopt;
}

// What the encoder counted, in the first frame.
struct FrameCount {
  std::optional<uint64_t> frames;
  std::optional<uint64_t> bytes;
};

FrameCount ReadFrameCount(const MpegFrame& frame, std::string_view bytes) {
  const size_t side_information =
      frame.version == 1 ? (frame.mono ? 17 : 32) : (frame.mono ? 9 : 17);
  const size_t at = 4 + side_information;
  const std::string_view name = bytes.substr(std::min(at, bytes.size()), 4);
  FrameCount count;
  if (name == "Xing" || name == "Info") {
    const uint32_t flags = BigEndian32(bytes, at + 4);
    if (flags & 1) count.frames = BigEndian32(bytes, at + 8);
    if (flags & 2) count.bytes = BigEndian32(bytes, at + (flags & 1 ? 12 : 8));
  } else if (bytes.substr(std::min<size_t>(36, bytes.size()), 4) == "VBRI") {
    count.bytes = BigEndian32(bytes, 36 + 10);
    count.frames = BigEndian32(bytes, 36 + 14);
  }
  return count;
}

// Encoders differ in whether they count the counting frame, hence one frame of grace.
bool EndsEarly(const FrameCount& count, uint64_t present) {
  return count.bytes && *count.bytes > present + kLargestFrame;
}

std::optional<std::chrono::milliseconds> DurationIn(const FrameCount& count,
                                                    const MpegFrame& frame) {
  if (!count.frames) return std::nullopt;
  return DurationOf(static_cast<double>(*count.frames) * frame.samples, frame.rate);
}

}  // namespace

bool IsMp3(std::string_view head) { return TagSize(head) > 0 || FindFrames(head).has_value(); }

absl::StatusOr<RecordingFacts> ProbeMp3(ByteSource& bytes) {
  const uint64_t tag = TagSize(bytes.Read(0, 10));
  if (tag >= bytes.size()) return RecordingTruncated("it ends within its ID3 tag");

  const std::string start = bytes.Read(tag, kHeadBytes);
  const std::optional<size_t> first = FindFrames(start);
  if (!first) return NotMedia("an ID3 tag without MP3 frames");

  const std::string_view frame_bytes = std::string_view(start).substr(*first);
  const MpegFrame frame = *ParseMpegFrame(frame_bytes);
  const FrameCount count = ReadFrameCount(frame, frame_bytes);
  if (EndsEarly(count, bytes.size() - tag - *first))
    return RecordingTruncated("frames are missing");
  return RecordingFacts{"audio/mpeg", DurationIn(count, frame)};
}

}  // namespace callimport::media_pipeline

// OGG: pages (RFC 3533), the last of which tells the duration.
#include <algorithm>
#include <optional>
#include <string>

#include "services/media-pipeline/decoding/binary_numbers.h"
#include "services/media-pipeline/decoding/container_formats.h"
#include "services/media-pipeline/decoding/refusals.h"

namespace callimport::media_pipeline {
namespace {

constexpr size_t kPageHeader = 27;
// A page has at most 255 segments of at most 255 bytes.
constexpr size_t kLongestPage = kPageHeader + 255 + 255 * 255;
constexpr double kOpusRate = 48000;

// Samples to skip at the start, and samples per second.
struct Timing {
  double skipped = 0;
  double rate = 0;
};

// The codec's own header is the body of the first page.
Timing ReadTiming(std::string_view first_page) {
  const std::string_view body =
      first_page.substr(std::min<size_t>(first_page.size(), kPageHeader + ByteAt(first_page, 26)));
  if (body.substr(0, 8) == "OpusHead") {
    return {static_cast<double>(LittleEndian(body, 10, 2)), kOpusRate};
  }
  if (body.substr(0, 7) == "\x01vorbis") return {0, static_cast<double>(LittleEndian32(body, 12))};
  if (body.substr(0, 8) == "Speex   ") return {0, static_cast<double>(LittleEndian32(body, 36))};
  return {};
}

// Nothing when the page does not fit into `tail`.
std::optional<size_t> PageSize(std::string_view tail) {
  const size_t segments = ByteAt(tail, 26);
  size_t size = kPageHeader + segments;
  for (size_t i = 0; i < segments; ++i) size += ByteAt(tail, kPageHeader + i);
  return tail.size() < kPageHeader || size > tail.size() ? std::nullopt : std::optional(size);
}

}  // namespace

bool IsOgg(std::string_view head) {
  return head.substr(0, 4) == "OggS" && ByteAt(head, 4) == 0 && head.size() >= kPageHeader;
}

absl::StatusOr<RecordingFacts> ProbeOgg(ByteSource& bytes) {
  const std::string first_page = bytes.Read(0, 512);
  const uint64_t tail_at = bytes.size() - std::min<uint64_t>(bytes.size(), kLongestPage);
  const std::string tail = bytes.Read(tail_at, kLongestPage);
  const size_t last = tail.rfind(std::string_view("OggS\0", 5));
  if (last == std::string::npos) return RecordingTruncated("its last page is missing");

  const std::string_view page = std::string_view(tail).substr(last);
  if (!PageSize(page)) return RecordingTruncated("its last page ends early");
  // The header pages alone hold no sound.
  if (tail_at + last == 0) return RecordingTruncated("nothing follows its first page");

  const Timing timing = ReadTiming(first_page);
  const uint64_t samples = LittleEndian(page, 6, 8);
  if (samples == UINT64_MAX) return RecordingFacts{"audio/ogg", std::nullopt};
  return RecordingFacts{"audio/ogg",
                        DurationOf(static_cast<double>(samples) - timing.skipped, timing.rate)};
}

}  // namespace callimport::media_pipeline

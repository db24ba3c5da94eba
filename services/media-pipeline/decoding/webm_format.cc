// WebM: EBML elements (RFC 8794), each an id, a size and a body.
#include <algorithm>
#include <bit>
#include <optional>
#include <string>

#include "services/media-pipeline/decoding/binary_numbers.h"
#include "services/media-pipeline/decoding/container_formats.h"
#include "services/media-pipeline/decoding/refusals.h"

namespace callimport::media_pipeline {
namespace {

constexpr int kMostElements = 64;
constexpr size_t kMostDescription = 64 * 1024;

enum Id : uint64_t {
  kEbml = 0x1A45DFA3,
  kDocType = 0x4282,
  kSegment = 0x18538067,
  kInfo = 0x1549A966,
  kTimestampScale = 0x2AD7B1,
  kDuration = 0x4489,
  kTracks = 0x1654AE6B,
  kTrackEntry = 0xAE,
  kTrackType = 0x83,
  kCluster = 0x1F43B675,
};

struct Element {
  uint64_t id;
  uint64_t body;  // where it begins, relative to the bytes it was read from
  std::optional<uint64_t> size;
};

// How many bytes a number takes whose first byte this is; 0 when no number begins so.
size_t NumberWidth(uint8_t first) {
  return first == 0 ? 0 : static_cast<size_t>(std::countl_zero(first)) + 1;
}

std::optional<Element> ParseElement(std::string_view bytes, size_t at) {
  const size_t id_width = NumberWidth(ByteAt(bytes, at));
  const size_t size_width = NumberWidth(ByteAt(bytes, at + id_width));
  if (id_width == 0 || id_width > 4 || size_width == 0) return std::nullopt;
  if (at + id_width + size_width > bytes.size()) return std::nullopt;

  const uint64_t mask = (uint64_t{1} << (7 * size_width)) - 1;
  const uint64_t size = BigEndian(bytes, at + id_width, size_width) & mask;
  Element element{BigEndian(bytes, at, id_width), at + id_width + size_width, size};
  if (size == mask) element.size.reset();  // a live recording does not know
  return element;
}

// Calls visit(id, body) for each element inside `parent`.
template <typename Visit>
void ForEachElement(std::string_view parent, Visit visit) {
  size_t at = 0;
  for (int i = 0; i < kMostElements && at < parent.size(); ++i) {
    const std::optional<Element> element = ParseElement(parent, at);
    if (!element || !element->size || *element->size > parent.size() - element->body) return;
    visit(element->id, parent.substr(element->body, *element->size));
    at = element->body + *element->size;
  }
}

double FloatIn(std::string_view body) {
  if (body.size() == 4) return std::bit_cast<float>(BigEndian32(body, 0));
  if (body.size() == 8) return std::bit_cast<double>(BigEndian(body, 0, 8));
  return 0;
}

std::optional<std::chrono::milliseconds> DurationIn(std::string_view info) {
  double nanoseconds_per_unit = 1'000'000;
  double units = 0;
  ForEachElement(info, [&](uint64_t id, std::string_view body) {
    if (id == kTimestampScale && body.size() <= 8) {
      nanoseconds_per_unit = static_cast<double>(BigEndian(body, 0, body.size()));
    }
    if (id == kDuration) units = FloatIn(body);
  });
  return DurationOf(units * nanoseconds_per_unit, 1e9);
}

bool HasVideo(std::string_view tracks) {
  bool video = false;
  ForEachElement(tracks, [&](uint64_t id, std::string_view entry) {
    if (id != kTrackEntry) return;
    ForEachElement(entry, [&](uint64_t inner, std::string_view body) {
      video |= inner == kTrackType && BigEndian(body, 0, body.size() == 1 ? 1 : 0) == 1;
    });
  });
  return video;
}

std::string DocType(std::string_view head) {
  std::string type;
  const std::optional<Element> ebml = ParseElement(head, 0);
  if (!ebml || !ebml->size || ebml->body > head.size()) return type;
  ForEachElement(head.substr(ebml->body, *ebml->size), [&](uint64_t id, std::string_view body) {
    if (id == kDocType) type = body.substr(0, body.find('\0'));
  });
  return type;
}

absl::Status EndsEarly() { return RecordingTruncated("its segment ends early"); }

// The element that begins at `at` in the file.
std::optional<Element> ReadElement(ByteSource& bytes, uint64_t at) {
  std::optional<Element> element = ParseElement(bytes.Read(at, 12), 0);
  if (element) element->body += at;
  return element;
}

std::string ReadBody(ByteSource& bytes, const Element& element) {
  return bytes.Read(element.body,
                    static_cast<size_t>(std::min<uint64_t>(*element.size, kMostDescription)));
}

// The parts of a segment up to its first cluster, where the samples begin.
absl::StatusOr<RecordingFacts> ProbeSegment(ByteSource& bytes, uint64_t at) {
  RecordingFacts facts{"audio/webm", std::nullopt};
  for (int i = 0; i < kMostElements; ++i) {
    const std::optional<Element> element = ReadElement(bytes, at);
    if (!element) return EndsEarly();
    if (element->id == kCluster) return facts;
    if (!element->size || *element->size > bytes.size() - element->body) return EndsEarly();
    if (element->id == kInfo) facts.duration = DurationIn(ReadBody(bytes, *element));
    if (element->id == kTracks && HasVideo(ReadBody(bytes, *element))) {
      facts.content_type = "video/webm";
    }
    at = element->body + *element->size;
  }
  return facts;
}

}  // namespace

bool IsWebm(std::string_view head) {
  return BigEndian32(head, 0) == kEbml && DocType(head) == "webm";
}

absl::StatusOr<RecordingFacts> ProbeWebm(ByteSource& bytes) {
  const std::optional<Element> ebml = ReadElement(bytes, 0);
  if (!ebml || !ebml->size) return EndsEarly();
  const std::optional<Element> segment = ReadElement(bytes, ebml->body + *ebml->size);
  if (!segment || segment->id != kSegment) return EndsEarly();
  if (segment->size && *segment->size > bytes.size() - segment->body) return EndsEarly();
  return ProbeSegment(bytes, segment->body);
}

}  // namespace callimport::media_pipeline

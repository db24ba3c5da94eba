// MP4, M4A and MOV: boxes within boxes (ISO 14496-12). "moov" describes, "mdat" holds the samples.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "services/media-pipeline/decoding/binary_numbers.h"
#include "services/media-pipeline/decoding/container_formats.h"
#include "services/media-pipeline/decoding/refusals.h"

namespace callimport::media_pipeline {
namespace {

// A fragmented recording has thousands of boxes; the first ones tell what there is to know.
constexpr int kMostTopBoxes = 256;
constexpr int kMostInnerBoxes = 64;

struct Box {
  std::string name;
  uint64_t body;
  uint64_t end;
};

struct Movie {
  std::optional<std::chrono::milliseconds> duration;
  bool has_video = false;
};

// Nothing when no whole box header stands at `at`.
std::optional<Box> ReadBox(ByteSource& bytes, uint64_t at) {
  const std::string header = bytes.Read(at, 16);
  if (header.size() < 8) return std::nullopt;

  Box box{header.substr(4, 4), at + 8, at + BigEndian32(header, 0)};
  const uint32_t size = BigEndian32(header, 0);
  if (size == 0) box.end = bytes.size();  // to the end of the file
  if (size == 1) {
    box.body = at + 16;
    const uint64_t long_size = BigEndian(header, 8, 8);
    box.end = long_size > UINT64_MAX - at ? UINT64_MAX : at + long_size;
  }
  return box.end < box.body ? std::nullopt : std::optional(box);
}

// Calls visit(box) for each box between `at` and `end` until it returns false.
template <typename Visit>
void ForEachBox(ByteSource& bytes, uint64_t at, uint64_t end, Visit visit) {
  for (int i = 0; i < kMostInnerBoxes && at < end; ++i) {
    const std::optional<Box> box = ReadBox(bytes, at);
    if (!box || box->end > end || !visit(*box)) return;
    at = box->end;
  }
}

std::optional<std::chrono::milliseconds> ReadDuration(ByteSource& bytes, const Box& mvhd) {
  const std::string body = bytes.Read(mvhd.body, 32);
  const bool wide = ByteAt(body, 0) == 1;
  const uint64_t units = wide ? BigEndian(body, 24, 8) : BigEndian32(body, 16);
  if (units == (wide ? UINT64_MAX : UINT32_MAX)) return std::nullopt;
  return DurationOf(static_cast<double>(units), BigEndian32(body, wide ? 20 : 12));
}

bool IsVideoTrack(ByteSource& bytes, const Box& track) {
  bool video = false;
  ForEachBox(bytes, track.body, track.end, [&](const Box& box) {
    if (box.name != "mdia") return true;
    ForEachBox(bytes, box.body, box.end, [&](const Box& inner) {
      if (inner.name == "hdlr") video = bytes.Read(inner.body + 8, 4) == "vide";
      return inner.name != "hdlr";
    });
    return false;
  });
  return video;
}

Movie ReadMovie(ByteSource& bytes, const Box& moov) {
  Movie movie;
  ForEachBox(bytes, moov.body, moov.end, [&](const Box& box) {
    if (box.name == "mvhd") movie.duration = ReadDuration(bytes, box);
    if (box.name == "trak") movie.has_video |= IsVideoTrack(bytes, box);
    return true;
  });
  return movie;
}

bool IsPicture(const std::string& brand) {
  constexpr std::array<std::string_view, 10> kPictures = {"heic", "heix", "hevc", "heim", "heis",
                                                          "mif1", "msf1", "avif", "avis", "crx "};
  for (const std::string_view picture : kPictures) {
    if (brand == picture) return true;
  }
  return false;
}

std::string ContentType(const std::string& brand, const Movie& movie) {
  // Players' own audio brands stay audio even with a cover picture as a track.
  if (brand == "M4A " || brand == "M4B " || brand == "F4A ") return "audio/mp4";
  if (brand == "qt  ") return "video/quicktime";
  return movie.has_video ? "video/mp4" : "audio/mp4";
}

}  // namespace

bool IsMp4(std::string_view head) {
  const std::string_view name = head.substr(std::min<size_t>(4, head.size()), 4);
  if (name == "ftyp") return true;
  // QuickTime files from before brands begin with any of these.
  return (name == "moov" || name == "mdat" || name == "wide") && BigEndian32(head, 0) >= 8;
}

absl::StatusOr<RecordingFacts> ProbeMp4(ByteSource& bytes) {
  std::string brand = "qt  ";
  std::optional<Movie> movie;
  bool has_samples = false;
  uint64_t at = 0;
  int boxes = 0;
  for (; boxes < kMostTopBoxes && at < bytes.size(); ++boxes) {
    const std::optional<Box> box = ReadBox(bytes, at);
    if (!box || box->end > bytes.size()) return RecordingTruncated("its last part ends early");
    if (box->name == "ftyp") brand = bytes.Read(box->body, 4);
    if (IsPicture(brand)) return NotMedia("a picture");
    if (box->name == "moov") movie = ReadMovie(bytes, *box);
    has_samples |= box->name == "mdat";
    at = box->end;
  }
  if (!movie) return RecordingTruncated("its description (moov) is missing");
  if (!has_samples && boxes < kMostTopBoxes) return RecordingTruncated("its samples are missing");
  return RecordingFacts{ContentType(brand, *movie), movie->duration};
}

}  // namespace callimport::media_pipeline

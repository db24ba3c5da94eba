// WAV: RIFF chunks, of which "fmt " says how the samples are written and "data" holds them.
#include <algorithm>
#include <optional>

#include "services/media-pipeline/decoding/binary_numbers.h"
#include "services/media-pipeline/decoding/container_formats.h"
#include "services/media-pipeline/decoding/refusals.h"

namespace callimport::media_pipeline {
namespace {

constexpr int kMostChunks = 64;

struct WavChunks {
  uint32_t bytes_per_second = 0;
  bool has_format = false;
  bool plain = true;  // PCM: as many bytes for every sample
  uint32_t rate = 0;
  // From fact, which only compressed sound has.
  uint64_t samples = 0;
  // From ds64: the data size of files beyond 4 GiB.
  uint64_t long_data_size = 0;
};

// Writers that cannot seek back leave one of these.
bool IsUnknownSize(uint64_t size) { return size >= 0x7FFF'F000; }

// Compressed sound is counted, since its bytes per second are often a guess.
std::optional<std::chrono::milliseconds> Duration(const WavChunks& chunks, uint64_t bytes) {
  const bool counted = !chunks.plain && chunks.samples > 0 && !IsUnknownSize(chunks.samples);
  return counted ? DurationOf(static_cast<double>(chunks.samples), chunks.rate)
                 : DurationOf(static_cast<double>(bytes), chunks.bytes_per_second);
}

absl::StatusOr<RecordingFacts> JudgeData(const WavChunks& chunks, uint64_t announced,
                                         uint64_t present) {
  if (!chunks.has_format) return NotMedia("a WAV file that does not say how it is encoded");
  if (announced == 0xFFFF'FFFF && chunks.long_data_size > 0) announced = chunks.long_data_size;
  const bool unknown = announced == 0 || (IsUnknownSize(announced) && announced > present);
  if (unknown && present == 0) return EmptyRecording();
  if (!unknown && announced > present) return RecordingTruncated("its sample data ends early");

  const uint64_t played = unknown ? present : announced;
  return RecordingFacts{"audio/wav", Duration(chunks, played)};
}

}  // namespace

bool IsWav(std::string_view head) {
  const std::string_view kind = head.substr(0, 4);
  return head.size() >= 12 && (kind == "RIFF" || kind == "RF64") && head.substr(8, 4) == "WAVE";
}

absl::StatusOr<RecordingFacts> ProbeWav(ByteSource& bytes) {
  WavChunks chunks;
  uint64_t at = 12;
  for (int i = 0; i < kMostChunks; ++i) {
    const std::string chunk = bytes.Read(at, 32);
    if (chunk.size() < 8) return RecordingTruncated("it ends before its sample data");

    const std::string_view name = std::string_view(chunk).substr(0, 4);
    const uint64_t size = LittleEndian32(chunk, 4);
    if (name == "data") {
      return JudgeData(chunks, size, bytes.size() - std::min(at + 8, bytes.size()));
    }
    if (name == "fmt ") {
      chunks.has_format = chunk.size() >= 24;
      chunks.plain = ByteAt(chunk, 8) == 1;
      chunks.rate = LittleEndian32(chunk, 12);
      chunks.bytes_per_second = LittleEndian32(chunk, 16);
    }
    if (name == "fact") chunks.samples = LittleEndian32(chunk, 8);
    if (name == "ds64") chunks.long_data_size = LittleEndian(chunk, 16, 8);
    at += 8 + size + (size & 1);
  }
  return NotMedia("a RIFF file without sound");
}

}  // namespace callimport::media_pipeline

#include "services/media-pipeline/decoding/mpeg_frame.h"

#include "services/media-pipeline/decoding/binary_numbers.h"

namespace callimport::media_pipeline {
namespace {

// kbit/s by index 1 to 14.
constexpr int kLayer2Version1[] = {32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384};
constexpr int kLayer3Version1[] = {32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
constexpr int kVersion2[] = {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
constexpr int kVersion1Rates[] = {44100, 48000, 32000};

int BitsPerSecond(int version, int layer, uint32_t index) {
  if (version != 1) return kVersion2[index - 1] * 1000;
  return (layer == 2 ? kLayer2Version1 : kLayer3Version1)[index - 1] * 1000;
}

int SamplesPerSecond(int version, uint32_t index) {
  return kVersion1Rates[index] / (version == 1 ? 1 : version == 2 ? 2 : 4);
}

bool SameStream(const MpegFrame& a, const MpegFrame& b) {
  return a.version == b.version && a.layer == b.layer && a.rate == b.rate;
}

}  // namespace

std::optional<MpegFrame> ParseMpegFrame(std::string_view bytes) {
  const uint32_t header = BigEndian32(bytes, 0);
  const uint32_t version_bits = header >> 19 & 3;
  const uint32_t layer_bits = header >> 17 & 3;
  const uint32_t rate_bits = header >> 10 & 3;
  const uint32_t bit_rate = header >> 12 & 15;
  const bool known = bytes.size() >= 4 && header >> 21 == 0x7FF && version_bits != 1 &&
                     (layer_bits == 1 || layer_bits == 2) && rate_bits != 3 && bit_rate != 0 &&
                     bit_rate != 15;
  if (!known) return std::nullopt;

  MpegFrame frame{};
  frame.version = version_bits == 3 ? 1 : version_bits == 2 ? 2 : 25;
  frame.layer = layer_bits == 1 ? 3 : 2;
  frame.rate = SamplesPerSecond(frame.version, rate_bits);
  frame.mono = (header >> 6 & 3) == 3;
  frame.samples = frame.layer == 3 && frame.version != 1 ? 576 : 1152;
  const int padding = static_cast<int>(header >> 9 & 1);
  frame.bytes = static_cast<size_t>(
      frame.samples / 8 * BitsPerSecond(frame.version, frame.layer, bit_rate) / frame.rate +
      padding);
  return frame;
}

bool HasFrames(std::string_view bytes, size_t at, int count) {
  const std::optional<MpegFrame> first = ParseMpegFrame(bytes.substr(at));
  if (!first) return false;
  for (int i = 1; i < count; ++i) {
    const std::optional<MpegFrame> frame = ParseMpegFrame(bytes.substr(at));
    if (!frame || !SameStream(*first, *frame)) return false;
    at += frame->bytes;
    if (at + 4 > bytes.size()) return true;
  }
  const std::optional<MpegFrame> last = ParseMpegFrame(bytes.substr(at));
  return last && SameStream(*first, *last);
}

}  // namespace callimport::media_pipeline

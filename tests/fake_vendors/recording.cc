#include "tests/fake_vendors/recording.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "tests/fake_vendors/mp3_encoder.h"

namespace callimport::fake_vendors {
namespace {

constexpr size_t kHeaderBytes = 44;
constexpr size_t kOwnBytes = 16;
constexpr size_t kBlockBytes = 1'048'576;
constexpr uint32_t kNoiseRate = 8'000;

template <typename Number>
void Append(std::string& bytes, Number number) {
  std::array<char, sizeof(Number)> raw;
  std::memcpy(raw.data(), &number, sizeof(Number));
  bytes.append(raw.data(), raw.size());
}

std::shared_ptr<const std::string> MakeBlock(uint64_t seed) {
  auto block = std::make_shared<std::string>();
  block->reserve(kBlockBytes);
  Random random(seed, kBlockBytes);
  while (block->size() < kBlockBytes) Append(*block, random.Next());
  return block;
}

}  // namespace

std::string WavHeader(uint32_t data_bytes, uint32_t sample_rate, uint16_t bytes_per_sample) {
  std::string header = "RIFF";
  Append<uint32_t>(header, data_bytes + kHeaderBytes - 8);
  header += "WAVEfmt ";
  Append<uint32_t>(header, 16);
  Append<uint16_t>(header, 1);  // PCM
  Append<uint16_t>(header, 1);  // mono
  Append<uint32_t>(header, sample_rate);
  Append<uint32_t>(header, sample_rate * bytes_per_sample);
  Append<uint16_t>(header, bytes_per_sample);
  Append<uint16_t>(header, static_cast<uint16_t>(bytes_per_sample * 8));
  header += "data";
  Append<uint32_t>(header, data_bytes);
  return header;
}

NoiseRecordings::NoiseRecordings(uint64_t seed, uint64_t bytes)
    : seed_(seed),
      bytes_(std::max<uint64_t>(bytes, kHeaderBytes + kOwnBytes)),
      block_(MakeBlock(seed)) {}

Recording NoiseRecordings::Make(uint64_t call) const {
  std::string head = WavHeader(static_cast<uint32_t>(bytes_ - kHeaderBytes), kNoiseRate, 1);
  Append(head, Mix(seed_, call));
  Append(head, call);
  return {.content_type = "audio/wav", .content = Body(std::move(head), block_, bytes_)};
}

std::chrono::milliseconds NoiseRecordings::Length() const {
  return std::chrono::milliseconds((bytes_ - kHeaderBytes) * 1000 / kNoiseRate);
}

Recording MakeSpeechRecording(SpeechSynthesizer& synthesizer, const Dialogue& dialogue,
                              SpeechFormat format) {
  const Samples samples = synthesizer.Read(dialogue);
  if (format == SpeechFormat::kMp3) {
    return {.content_type = "audio/mpeg", .content = Body(EncodeMp3(samples))};
  }
  const auto bytes = static_cast<uint32_t>(samples.size() * sizeof(int16_t));
  std::string wav = WavHeader(bytes, kSampleRate, sizeof(int16_t));
  wav.append(reinterpret_cast<const char*>(samples.data()), bytes);
  return {.content_type = "audio/wav", .content = Body(std::move(wav))};
}

}  // namespace callimport::fake_vendors

// The recordings of generated calls: speech that says the dialogue, or cheap noise of any size.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tests/fake_vendors/dialogue.h"
#include "tests/fake_vendors/http/body.h"
#include "tests/fake_vendors/speech.h"

namespace callimport::fake_vendors {

struct Recording {
  std::string content_type;
  Body content;
};

// RIFF header for `data_bytes` of PCM that follow.
std::string WavHeader(uint32_t data_bytes, uint32_t sample_rate, uint16_t bytes_per_sample);

// A WAV whose samples are noise: one block that all share, after a few bytes that no two calls
// share, so that making one is nothing but writing its header.
class NoiseRecordings {
 public:
  NoiseRecordings(uint64_t seed, uint64_t bytes);

  Recording Make(uint64_t call) const;
  std::chrono::milliseconds Length() const;

 private:
  const uint64_t seed_;
  const uint64_t bytes_;
  std::shared_ptr<const std::string> block_;
};

enum class SpeechFormat { kWav, kMp3 };

Recording MakeSpeechRecording(SpeechSynthesizer& synthesizer, const Dialogue& dialogue,
                              SpeechFormat format = SpeechFormat::kWav);

}  // namespace callimport::fake_vendors

// A small true recording, different for every number.
#pragma once

#include <cstdint>
#include <string>

namespace callimport::media_pipeline {

// One second of 8 kHz mono WAV.
inline std::string SampleWav(int number) {
  constexpr uint32_t kBytes = 16'000;
  std::string wav;
  const auto word = [&wav](uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) wav += static_cast<char>((value >> (8 * i)) & 0xFF);
  };
  wav += "RIFF";
  word(36 + kBytes, 4);
  wav += "WAVEfmt ";
  word(16, 4);
  word(1, 2);  // PCM
  word(1, 2);
  word(8000, 4);
  word(16'000, 4);
  word(2, 2);
  word(16, 2);
  wav += "data";
  word(kBytes, 4);
  uint32_t noise = static_cast<uint32_t>(number) * 2'654'435'761U + 1;
  for (uint32_t i = 0; i < kBytes / 2; ++i) {
    noise = noise * 1'664'525U + 1'013'904'223U;
    word(noise >> 20, 2);
  }
  return wav;
}

}  // namespace callimport::media_pipeline

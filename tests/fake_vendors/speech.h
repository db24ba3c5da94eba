// Two voices that read sentences: 16 kHz, mono, 16 bits.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/fake_vendors/dialogue.h"

namespace callimport::fake_vendors {

using Samples = std::vector<int16_t>;

inline constexpr int kSampleRate = 16'000;

class SpeechSynthesizer {
 public:
  SpeechSynthesizer();

  // Safe from any thread. Sentences said lately are remembered.
  std::shared_ptr<const Samples> Speak(Speaker speaker, const std::string& text);

  // The whole call, every line in its slot, with silence in between.
  Samples Read(const Dialogue& dialogue);

 private:
  struct Voices;
  std::shared_ptr<const Samples> Remembered(const std::string& key);
  void Remember(const std::string& key, std::shared_ptr<const Samples> samples);

  std::mutex flite_mutex_;  // flite keeps state of its own
  std::shared_ptr<Voices> voices_;

  std::mutex mutex_;
  std::list<std::pair<std::string, std::shared_ptr<const Samples>>> recent_;  // newest first
  std::unordered_map<std::string, decltype(recent_)::iterator> by_key_;
  size_t remembered_bytes_ = 0;
};

}  // namespace callimport::fake_vendors

#include "tests/fake_vendors/speech.h"

#include <flite/flite.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <utility>

extern "C" {
cst_voice* register_cmu_us_rms(const char* voice_directory);
cst_voice* register_cmu_us_slt(const char* voice_directory);
}

// flite draws its noise from the C library's rand(), and so does gRPC, on threads of its own: what
// a recording sounded like would depend on who drew in between. Hence a sequence for each thread,
// in place of the library's.
namespace {
thread_local std::minstd_rand drawn_on_this_thread;
}  // namespace

extern "C" void srand(unsigned int seed) noexcept { drawn_on_this_thread.seed(seed); }
extern "C" int rand() noexcept { return static_cast<int>(drawn_on_this_thread()); }

namespace callimport::fake_vendors {
namespace {

constexpr size_t kRememberedBytes = 50'000'000;

size_t SampleAt(std::chrono::milliseconds time) {
  return static_cast<size_t>(time.count()) * kSampleRate / 1000;
}

}  // namespace

// Registered once for the process, and never given back: that is how flite keeps voices.
struct SpeechSynthesizer::Voices {
  cst_voice* seller = register_cmu_us_rms(nullptr);
  cst_voice* buyer = register_cmu_us_slt(nullptr);
};

SpeechSynthesizer::SpeechSynthesizer() {
  static const std::shared_ptr<Voices> voices = [] {
    flite_init();
    return std::make_shared<Voices>();
  }();
  voices_ = voices;
}

std::shared_ptr<const Samples> SpeechSynthesizer::Speak(Speaker speaker, const std::string& text) {
  const std::string key = (speaker == Speaker::kSeller ? "s " : "b ") + text;
  if (auto samples = Remembered(key)) return samples;
  auto samples = std::make_shared<Samples>();
  {
    std::lock_guard lock(flite_mutex_);
    cst_voice* voice = speaker == Speaker::kSeller ? voices_->seller : voices_->buyer;
    srand(1);
    const std::unique_ptr<cst_wave, decltype(&delete_wave)> wave(
        flite_text_to_wave(text.c_str(), voice), delete_wave);
    samples->assign(wave->samples, wave->samples + wave->num_samples);
  }
  Remember(key, samples);
  return samples;
}

Samples SpeechSynthesizer::Read(const Dialogue& dialogue) {
  Samples call(SampleAt(dialogue.length), 0);
  for (const Line& line : dialogue.lines) {
    const auto said = Speak(line.speaker, line.text);
    const size_t begin = SampleAt(line.start);
    const size_t end = std::min(begin + said->size(), call.size());
    std::copy_n(said->begin(), end - begin, call.begin() + static_cast<ptrdiff_t>(begin));
  }
  return call;
}

std::shared_ptr<const Samples> SpeechSynthesizer::Remembered(const std::string& key) {
  std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  recent_.splice(recent_.begin(), recent_, found->second);
  return found->second->second;
}

void SpeechSynthesizer::Remember(const std::string& key, std::shared_ptr<const Samples> samples) {
  std::lock_guard lock(mutex_);
  if (by_key_.contains(key)) return;
  remembered_bytes_ += samples->size() * sizeof(int16_t);
  recent_.emplace_front(key, std::move(samples));
  by_key_[key] = recent_.begin();
  while (remembered_bytes_ > kRememberedBytes) {
    remembered_bytes_ -= recent_.back().second->size() * sizeof(int16_t);
    by_key_.erase(recent_.back().first);
    recent_.pop_back();
  }
}

}  // namespace callimport::fake_vendors

#include "services/media-pipeline/transcribers/pocketsphinx/sound_level.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace callimport::media_pipeline {
namespace {

constexpr size_t kPause = 30;
constexpr size_t kSyllable = 10;
constexpr size_t kBreath = 30;
// 60 dB below full scale: no telephone is as quiet.
constexpr double kSilence = 33;
// 30 dB below the loudest syllable nobody speaks.
constexpr double kQuietShare = 0.03;

double RootMeanSquare(std::span<const int16_t> frame) {
  const double sum = std::accumulate(frame.begin(), frame.end(), 0.0, [](double s, int16_t sample) {
    return s + static_cast<double>(sample) * sample;
  });
  return std::sqrt(sum / static_cast<double>(frame.size()));
}

}  // namespace

SoundLevels::SoundLevels(std::span<const int16_t> samples) {
  levels_.reserve(samples.size() / kFrameSamples + 1);
  while (!samples.empty()) {
    const auto frame = samples.first(std::min(samples.size(), kFrameSamples));
    levels_.push_back(RootMeanSquare(frame));
    samples = samples.subspan(frame.size());
  }
  for (size_t i = 0; i < levels_.size(); ++i) loudest_ = std::max(loudest_, Average(i, kSyllable));
}

double SoundLevels::Average(size_t from, size_t count) const {
  const size_t end = std::min(from + count, levels_.size());
  const double sum = std::accumulate(levels_.begin() + static_cast<ptrdiff_t>(from),
                                     levels_.begin() + static_cast<ptrdiff_t>(end), 0.0);
  return sum / static_cast<double>(end - from);
}

SoundLevels::Moment SoundLevels::Quietest(size_t from, size_t to) const {
  to = std::min(to, levels_.size());
  Moment quietest{to, loudest_};
  for (size_t i = from; i + kPause <= to; ++i) {
    const double level = Average(i, kPause);
    if (level <= quietest.level) quietest = {i + kPause / 2, level};
  }
  return quietest;
}

std::optional<SoundLevels::Span> SoundLevels::Sound() const {
  if (loudest_ < kSilence) return std::nullopt;
  const double audible = std::max(kSilence, loudest_ * kQuietShare);
  const auto sounds = [audible](double level) { return level >= audible; };
  const auto first = std::find_if(levels_.begin(), levels_.end(), sounds);
  const auto last = std::find_if(levels_.rbegin(), levels_.rend(), sounds);
  const auto from = static_cast<size_t>(first - levels_.begin());
  const auto to = static_cast<size_t>(levels_.rend() - last);
  return Span{from - std::min(from, kBreath), std::min(to + kBreath, levels_.size())};
}

}  // namespace callimport::media_pipeline

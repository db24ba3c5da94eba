// How loud a piece of sound is, 10 ms at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace callimport::media_pipeline {

inline constexpr size_t kSamplesPerMillisecond = 16;
inline constexpr size_t kFrameSamples = 10 * kSamplesPerMillisecond;

class SoundLevels {
 public:
  explicit SoundLevels(std::span<const int16_t> samples);

  // In frames of 10 ms, the last of which may be shorter.
  size_t frames() const { return levels_.size(); }

  struct Moment {
    size_t frame;
    double level;
  };
  // The middle of the quietest 300 ms between two frames; the last of several.
  Moment Quietest(size_t from, size_t to) const;

  // The loudest 100 ms.
  double loudest() const { return loudest_; }

  struct Span {
    size_t from;
    size_t to;
  };
  // From the first sound to the last, with a breath around; nothing when all is silent.
  std::optional<Span> Sound() const;

 private:
  double Average(size_t from, size_t count) const;

  std::vector<double> levels_;
  double loudest_ = 0;
};

}  // namespace callimport::media_pipeline

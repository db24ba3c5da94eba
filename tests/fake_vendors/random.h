// Chance that can be repeated: the same seed and place give the same numbers on every machine.
#pragma once

#include <cstdint>
#include <span>

namespace callimport::fake_vendors {

// SplitMix64's finisher: spreads every bit of the input over the whole result.
constexpr uint64_t Mix(uint64_t value) {
  value += 0x9E3779B97F4A7C15;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
  return value ^ (value >> 31);
}

constexpr uint64_t Mix(uint64_t seed, uint64_t place) { return Mix(Mix(seed) ^ place); }

class Random {
 public:
  Random(uint64_t seed, uint64_t place) : state_(Mix(seed, place)) {}

  uint64_t Next() { return state_ = Mix(state_); }

  // 0 to bound - 1.
  uint64_t Below(uint64_t bound) { return Next() % bound; }

  // 0 to 1, without 1.
  double Share() { return static_cast<double>(Next() >> 11) * 0x1p-53; }

  template <typename T, size_t N>
  const T& Pick(const T (&choices)[N]) {
    return choices[Below(N)];
  }

 private:
  uint64_t state_;
};

}  // namespace callimport::fake_vendors

// Where chance comes from, so that a simulation can be repeated.
#pragma once

#include <cstdint>
#include <random>

#include "libs/common/clock.h"

namespace callimport {

// Different each time: to seed a generator with.
std::uint32_t FreshSeed();

// Until it is destroyed, whatever this thread leaves to chance follows from the seed alone, and the
// ids that it makes from the seed and the clock. For tests.
class RepeatableChance {
 public:
  RepeatableChance(std::uint64_t seed, const Clock& clock);
  RepeatableChance(const RepeatableChance&) = delete;
  RepeatableChance& operator=(const RepeatableChance&) = delete;
  ~RepeatableChance();

  // The one of this thread; null when it has none.
  static RepeatableChance* Current();

  std::mt19937_64& random() { return random_; }
  Timestamp Now() const { return clock_.Now(); }

 private:
  std::mt19937_64 random_;
  const Clock& clock_;
  RepeatableChance* const before_;
};

}  // namespace callimport

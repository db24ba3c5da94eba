// Time as a parameter, so that tests can turn it.
#pragma once

#include <chrono>

namespace callimport {

using Timestamp = std::chrono::system_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp Now() const = 0;
};

// The machine's clock; lives as long as the process.
const Clock& SystemClock();

}  // namespace callimport

// Measures from its making to its end.
#pragma once

#include <chrono>

#include "libs/telemetry/metrics.h"

namespace callimport::media_pipeline {

class Stopwatch {
 public:
  explicit Stopwatch(metrics::Histogram& seconds) : seconds_(seconds) {}
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;
  ~Stopwatch() {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin_;
    seconds_.Observe(passed.count());
  }

 private:
  metrics::Histogram& seconds_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace callimport::media_pipeline

// When to try again: exponential, with jitter, bounded.
#pragma once

#include <chrono>
#include <random>

namespace callimport {

struct RetryPolicy {
  int max_attempts = 3;
  std::chrono::milliseconds first_delay{200};
  double multiplier = 2.0;
  std::chrono::milliseconds max_delay{5000};
  // The share of the delay that chance may take away: 0.25 leaves 75 to 100 %.
  double jitter = 0.25;
};

// The pause after `failures` failed attempts (1 for the first).
std::chrono::milliseconds DelayAfter(const RetryPolicy& policy, int failures,
                                     std::minstd_rand& random);

}  // namespace callimport

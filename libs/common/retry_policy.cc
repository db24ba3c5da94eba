#include "libs/common/retry_policy.h"

#include <algorithm>
#include <cmath>

namespace callimport {

std::chrono::milliseconds DelayAfter(const RetryPolicy& policy, int failures,
                                     std::minstd_rand& random) {
  const double exact = static_cast<double>(policy.first_delay.count()) *
                       std::pow(policy.multiplier, std::max(0, failures - 1));
  const double bounded = std::min(exact, static_cast<double>(policy.max_delay.count()));
  std::uniform_real_distribution<double> share(1.0 - policy.jitter, 1.0);
  return std::chrono::milliseconds(std::llround(bounded * share(random)));
}

}  // namespace callimport

#include "tests/bench/latencies.h"

#include <algorithm>
#include <cmath>

namespace callimport::bench {

void Latencies::Add(std::chrono::steady_clock::duration duration) {
  milliseconds_.push_back(std::chrono::duration<double, std::milli>(duration).count());
}

void Latencies::Add(const Latencies& others) {
  milliseconds_.insert(milliseconds_.end(), others.milliseconds_.begin(),
                       others.milliseconds_.end());
}

double Latencies::Quantile(double share) const {
  if (milliseconds_.empty()) return 0;
  std::vector<double> ordered = milliseconds_;
  const double rank = std::ceil(share * static_cast<double>(ordered.size()));
  const auto index =
      static_cast<std::ptrdiff_t>(std::clamp(rank, 1.0, static_cast<double>(ordered.size())) - 1);
  std::nth_element(ordered.begin(), ordered.begin() + index, ordered.end());
  return ordered[static_cast<size_t>(index)];
}

}  // namespace callimport::bench

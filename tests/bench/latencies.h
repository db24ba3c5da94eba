// Durations of many rpcs or deliveries, and what they say in one number.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace callimport::bench {

class Latencies {
 public:
  void Add(std::chrono::steady_clock::duration duration);
  void Add(const Latencies& others);

  size_t count() const { return milliseconds_.size(); }

  // The smallest of them that at least this share of all does not exceed (0.95: the 95th
  // percentile), in milliseconds; 0 when there are none.
  double Quantile(double share) const;

 private:
  std::vector<double> milliseconds_;
};

}  // namespace callimport::bench

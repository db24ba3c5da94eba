// A vendor reduced to its limit: so many requests in any second, whoever they are of.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>

namespace callimport::bench {

class QuotaVendor {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // May change while it is asked.
  void set_limit(int64_t limit);

  // Whether it answers; otherwise it says 429. As tolerant of the network's jitter as the fake
  // vendors: a second is 50 ms shorter.
  bool Ask();

 private:
  std::mutex mutex_;
  int64_t limit_ = 0;
  std::deque<Time> admitted_;
};

}  // namespace callimport::bench

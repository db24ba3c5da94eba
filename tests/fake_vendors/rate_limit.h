// How often a vendor lets itself be asked: several windows, all of which must have room.
#pragma once

#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "libs/common/clock.h"

namespace callimport::fake_vendors {

class RateLimit {
 public:
  explicit RateLimit(const Clock& clock) : clock_(clock) {}

  // At most `limit` requests in any stretch of `period`. 0 means no limit.
  void AddWindow(size_t limit, std::chrono::milliseconds period);

  // Lets one request in, or says when to come back.
  std::optional<std::chrono::seconds> Refuse();

 private:
  struct Window {
    size_t limit;
    std::chrono::milliseconds period;
    std::deque<Timestamp> admitted;
  };

  const Clock& clock_;
  std::mutex mutex_;
  std::vector<Window> windows_;
};

}  // namespace callimport::fake_vendors

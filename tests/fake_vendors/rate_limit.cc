#include "tests/fake_vendors/rate_limit.h"

#include <algorithm>

namespace callimport::fake_vendors {
namespace {

// A client that keeps the limit by its own clock must not be refused for the network's jitter.
constexpr std::chrono::milliseconds kTolerance(50);

}  // namespace

void RateLimit::AddWindow(size_t limit, std::chrono::milliseconds period) {
  std::lock_guard lock(mutex_);
  if (limit > 0) windows_.push_back({.limit = limit, .period = period, .admitted = {}});
}

std::optional<std::chrono::seconds> RateLimit::Refuse() {
  std::lock_guard lock(mutex_);
  const Timestamp now = clock_.Now();
  for (Window& window : windows_) {
    const auto reach = window.period - kTolerance;
    while (!window.admitted.empty() && window.admitted.front() + reach <= now) {
      window.admitted.pop_front();
    }
    if (window.admitted.size() < window.limit) continue;
    const auto wait = window.admitted.front() + window.period - now;
    return std::max(std::chrono::ceil<std::chrono::seconds>(wait), std::chrono::seconds(1));
  }
  for (Window& window : windows_) window.admitted.push_back(now);
  return std::nullopt;
}

}  // namespace callimport::fake_vendors

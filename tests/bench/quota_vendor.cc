#include "tests/bench/quota_vendor.h"

namespace callimport::bench {
namespace {

constexpr std::chrono::milliseconds kSecond{950};

}  // namespace

void QuotaVendor::set_limit(int64_t limit) {
  std::lock_guard lock(mutex_);
  limit_ = limit;
}

bool QuotaVendor::Ask() {
  std::lock_guard lock(mutex_);
  const Time now = std::chrono::steady_clock::now();
  while (!admitted_.empty() && admitted_.front() + kSecond <= now) admitted_.pop_front();
  if (static_cast<int64_t>(admitted_.size()) >= limit_) return false;
  admitted_.push_back(now);
  return true;
}

}  // namespace callimport::bench

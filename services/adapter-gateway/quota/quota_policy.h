// What a vendor allows one account, as data.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "callimport/common/v1/platform.pb.h"

namespace callimport::adapter_gateway {

// At most `limit` requests in any `period`.
struct QuotaWindow {
  int64_t limit = 0;
  std::chrono::milliseconds period{0};
};

struct QuotaPolicy {
  // All of them hold at once; none: no limit.
  std::vector<QuotaWindow> windows;
  // After a 429 that does not say how long.
  std::chrono::milliseconds default_retry_after{60'000};
  // 0: no limit.
  int concurrent_downloads = 0;
};

QuotaPolicy QuotaPolicyOf(const common::v1::PlatformDescriptor& platform);

}  // namespace callimport::adapter_gateway

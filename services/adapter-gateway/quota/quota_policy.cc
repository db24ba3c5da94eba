#include "services/adapter-gateway/quota/quota_policy.h"

#include <algorithm>

namespace callimport::adapter_gateway {
namespace {

// Requests do not arrive in the rhythm in which they leave. This much more room keeps those that
// bunch up on the way below the vendor's limit, and costs 2 % of it at most.
std::chrono::milliseconds WithMargin(std::chrono::milliseconds period) {
  return period + std::min(period / 50, std::chrono::milliseconds(250));
}

}  // namespace

QuotaPolicy QuotaPolicyOf(const common::v1::PlatformDescriptor& platform) {
  QuotaPolicy policy;
  for (const common::v1::RateWindow& window : platform.rate_windows()) {
    policy.windows.push_back({.limit = window.limit(),
                              .period = WithMargin(std::chrono::seconds(window.period_seconds()))});
  }
  if (platform.default_retry_after_seconds() > 0) {
    policy.default_retry_after = std::chrono::seconds(platform.default_retry_after_seconds());
  }
  policy.concurrent_downloads = platform.concurrent_downloads();
  return policy;
}

}  // namespace callimport::adapter_gateway

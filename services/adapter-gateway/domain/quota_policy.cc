#include "services/adapter-gateway/domain/quota_policy.h"

#include <algorithm>

namespace callimport::adapter_gateway {
namespace {

using common::v1::RateWindow;

// Of windows that long, a part is kept for what cannot wait until tomorrow.
constexpr std::chrono::hours kReservedFrom{1};
constexpr int64_t kReservedPart = 10;

// Requests do not arrive in the rhythm in which they leave. This much more room keeps those that
// bunch up on the way below the vendor's limit, and costs 2 % of it at most.
std::chrono::milliseconds WithMargin(std::chrono::milliseconds period) {
  return period + std::min(period / 50, std::chrono::milliseconds(250));
}

// A user's or a key's budget is that of the account as it is connected here.
QuotaScope ScopeOf(RateWindow::Scope scope) {
  if (scope == RateWindow::SCOPE_APP) return QuotaScope::kApp;
  return scope == RateWindow::SCOPE_IP ? QuotaScope::kAddress : QuotaScope::kAccount;
}

QuotaWindow ToWindow(const RateWindow& said) {
  QuotaWindow window{.limit = said.limit(),
                     .period = WithMargin(std::chrono::seconds(said.period_seconds())),
                     .scope = ScopeOf(said.scope()),
                     .group = said.group(),
                     .weight = std::max(said.weight(), 1)};
  if (said.has_reset_hour_utc()) window.reset_hour_utc = said.reset_hour_utc();
  if (window.period >= kReservedFrom) window.reserve = window.limit / kReservedPart;
  return window;
}

}  // namespace

QuotaPolicy QuotaPolicyOf(const common::v1::PlatformDescriptor& platform) {
  QuotaPolicy policy;
  for (const RateWindow& window : platform.rate_windows()) {
    policy.windows.push_back(ToWindow(window));
  }
  if (platform.default_retry_after_seconds() > 0) {
    policy.default_retry_after = std::chrono::seconds(platform.default_retry_after_seconds());
  }
  policy.concurrent_downloads = platform.concurrent_downloads();
  return policy;
}

bool IsSameWindow(const QuotaWindow& one, const QuotaWindow& other) {
  return one.period == other.period && one.scope == other.scope && one.group == other.group;
}

bool Counts(const QuotaWindow& window, const std::string& group) {
  return window.group.empty() || window.group == group;
}

}  // namespace callimport::adapter_gateway

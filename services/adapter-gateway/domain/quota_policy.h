// What a vendor allows, as data.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "callimport/common/v1/platform.pb.h"
#include "services/adapter-gateway/domain/live.h"

namespace callimport::adapter_gateway {

// What the vendor counts together.
enum class QuotaScope {
  kAccount,  // of the customer, by whichever key, user or address it is asked
  kApp,      // all accounts that we ask through one app of ours
  kAddress,  // everything that comes from our network addresses
};

// At most `limit` requests in any `period`.
struct QuotaWindow {
  int64_t limit = 0;
  std::chrono::milliseconds period{0};
  QuotaScope scope = QuotaScope::kAccount;
  // The endpoints that are counted; empty: all.
  std::string group = {};
  // What one request costs.
  int64_t weight = 1;
  // The vendor's day begins at this hour in UTC, instead of moving with time.
  std::optional<int> reset_hour_utc = {};
  // Kept for webhooks and Sync now.
  int64_t reserve = 0;
};

struct QuotaPolicy {
  // All of them hold at once; none: no limit.
  std::vector<QuotaWindow> windows;
  // After a 429 that does not say how long.
  std::chrono::milliseconds default_retry_after{60'000};
  // 0: no limit.
  int concurrent_downloads = 0;
  // Of two, the one with the higher number is in force.
  int64_t version = 0;
};

// Limits may be changed while requests wait for their turn.
using LivePolicy = Live<QuotaPolicy>;

QuotaPolicy QuotaPolicyOf(const common::v1::PlatformDescriptor& platform);

// Whether these are the same window, with another limit perhaps.
bool IsSameWindow(const QuotaWindow& one, const QuotaWindow& other);

// Whether requests of `group` count in this window.
bool Counts(const QuotaWindow& window, const std::string& group);

}  // namespace callimport::adapter_gateway

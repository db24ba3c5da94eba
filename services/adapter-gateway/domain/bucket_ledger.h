// All windows of what a vendor counts together, and the time for which it wants to be left alone.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "services/adapter-gateway/domain/window_ledger.h"

namespace callimport::adapter_gateway {

struct BucketState {
  // A window is known by its group and its period: its limit may change.
  using WindowKey = std::pair<std::string, std::chrono::milliseconds>;
  std::map<WindowKey, WindowState> windows = {};
  Timestamp stopped_until{};
};

BucketState::WindowKey KeyOf(const QuotaWindow& window);

// What becomes of a claim at `now`, by the clock that all replicas share.
BucketGrant Settle(BucketState& state, const std::string& replica, const BucketClaim& claim,
                   Timestamp now, std::chrono::milliseconds lease);

// How it stands. `state` is settled on the way.
std::vector<WindowBudget> BudgetsOf(BucketState& state, const std::vector<QuotaWindow>& windows,
                                    Timestamp now);

}  // namespace callimport::adapter_gateway

// Who holds which part of one window, and what of it is used up. Whatever replicas do, die of or
// forget to say, the vendor never gets more than the window allows in any period.
#pragma once

#include <string>
#include <vector>

#include "libs/common/clock.h"
#include "services/adapter-gateway/domain/learned_limit.h"
#include "services/adapter-gateway/domain/quota_exchange.h"

namespace callimport::adapter_gateway {

struct WindowState {
  // Used tokens that count until a moment. Those that end about the same time are one.
  struct Debt {
    Timestamp first{};  // the earliest end of those that are in it
    Timestamp until{};
    int64_t tokens = 0;
  };
  struct Holding {
    std::string replica = {};
    int64_t tokens = 0;
    int64_t used = 0;
    int64_t want = 0;
    Timestamp until{};
    // What the window holds, as far as this replica knows; 0: it did not say.
    int64_t limit = 0;
  };
  std::vector<Debt> debts = {};  // the first to end is the first
  std::vector<Holding> holdings = {};
  LearnedLimit learned = {};
};

// For people, and for planning.
struct WindowBudget {
  QuotaWindow window = {};
  int64_t left = 0;
  // What was learned, or what another replica knows, where it is less than the catalog's; else 0.
  int64_t learned_limit = 0;
  // When more is left; unset: all of it is.
  std::optional<Timestamp> reset = {};
};

class WindowLedger {
 public:
  // Settles what has ended by `now`.
  WindowLedger(const QuotaWindow& window, WindowState& state, Timestamp now);

  WindowGrant Exchange(const std::string& replica, const WindowClaim& claim,
                       std::chrono::milliseconds lease);
  void Learn(const Refusal& refusal) { Cut(state_.learned, window_, refusal, now_); }
  // The vendor knows of requests that we do not.
  void Heed(const VendorWord& word);
  WindowBudget Budget() const;

 private:
  void Settle();
  void Narrow();
  void AddDebt(int64_t tokens, Timestamp until);
  Timestamp CountsUntil(Timestamp used) const;
  WindowState::Holding& HoldingOf(const std::string& replica);
  int64_t ShareOf(const std::string& replica) const;
  int64_t TurnShareOf(const std::string& replica, int64_t claimants) const;
  int64_t Free() const;
  int64_t Spent() const;
  std::chrono::milliseconds AskAgainIn(const std::string& replica) const;

  const int64_t limit_;  // as whoever asks knows it
  // Replicas hear of another limit one after the other: until all have, the smaller one holds.
  QuotaWindow window_;
  WindowState& state_;
  const Timestamp now_;
};

}  // namespace callimport::adapter_gateway

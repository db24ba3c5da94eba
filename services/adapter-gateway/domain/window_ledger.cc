#include "services/adapter-gateway/domain/window_ledger.h"

#include <algorithm>
#include <utility>

namespace callimport::adapter_gateway {
namespace {

using std::chrono::milliseconds;
using Holding = WindowState::Holding;
using Debt = WindowState::Debt;

// How finely used tokens are told apart.
constexpr int kQuickDebts = 16;
constexpr int kSlowDebts = 200;
// When others may have given theirs back.
constexpr milliseconds kGlance{100};
constexpr milliseconds kLongGlance{1'000};
// Whose turn a token is that cannot be divided.
constexpr milliseconds kTurn{60'000};
constexpr milliseconds kShortTurn{2'000};
// What a replica said of the limit, at most so long after it was last heard of.
constexpr std::chrono::hours kLimitRemembered{1};
// Beyond the vendor's reset, as its clock may differ.
constexpr milliseconds kResetMargin{2'000};

Timestamp NextReset(Timestamp after, int hour) {
  const auto day = std::chrono::floor<std::chrono::days>(after);
  const Timestamp today = day + std::chrono::hours(hour);
  return (today > after ? today : today + std::chrono::days(1)) + kResetMargin;
}

}  // namespace

WindowLedger::WindowLedger(const QuotaWindow& window, WindowState& state, Timestamp now)
    : limit_(window.limit), window_(window), state_(state), now_(now) {
  Settle();
  Narrow();
}

void WindowLedger::Narrow() {
  window_.limit = limit_;
  for (const Holding& holding : state_.holdings) {
    if (holding.limit > 0) window_.limit = std::min(window_.limit, holding.limit);
  }
}

void WindowLedger::Settle() {
  std::erase_if(state_.debts, [&](const Debt& debt) { return debt.until <= now_; });
  // Nothing was heard of these: all that they held may have been used to the last moment.
  for (Holding& holding : state_.holdings) {
    if (holding.until > now_) continue;
    AddDebt(std::exchange(holding.tokens, 0), CountsUntil(holding.until));
    holding.used = holding.want = 0;
  }
  // Whoever knows the limit may have to wait for a period before he asks, and says it, again.
  const milliseconds remembered = std::min<milliseconds>(window_.period, kLimitRemembered);
  std::erase_if(state_.holdings,
                [&](const Holding& holding) { return holding.until + remembered <= now_; });
}

Timestamp WindowLedger::CountsUntil(Timestamp used) const {
  if (window_.reset_hour_utc) return NextReset(used, *window_.reset_hour_utc);
  return used + window_.period;
}

void WindowLedger::AddDebt(int64_t tokens, Timestamp until) {
  if (tokens <= 0 || until <= now_) return;
  const auto span = window_.period / (IsQuick(window_) ? kQuickDebts : kSlowDebts);
  const auto next = std::find_if(state_.debts.begin(), state_.debts.end(),
                                 [&](const Debt& debt) { return debt.until >= until; });
  if (next != state_.debts.end() && next->first <= until) {
    next->tokens += tokens;  // lies within it
    return;
  }
  if (next != state_.debts.begin() && until - std::prev(next)->first < span) {
    std::prev(next)->until = until;
    std::prev(next)->tokens += tokens;
    return;
  }
  state_.debts.insert(next, {.first = until, .until = until, .tokens = tokens});
}

Holding& WindowLedger::HoldingOf(const std::string& replica) {
  const auto found = std::find_if(state_.holdings.begin(), state_.holdings.end(),
                                  [&](const Holding& each) { return each.replica == replica; });
  if (found != state_.holdings.end()) return *found;
  return state_.holdings.emplace_back(Holding{.replica = replica});
}

int64_t WindowLedger::Spent() const {
  int64_t spent = 0;
  for (const Debt& debt : state_.debts) spent += debt.tokens;
  return spent;
}

int64_t WindowLedger::Free() const {
  int64_t free = LimitNow(state_.learned, window_) - Spent();
  for (const Holding& holding : state_.holdings) free -= holding.tokens;
  return free;
}

// Who wants little gets it; the others share evenly, and what nobody wants too.
int64_t WindowLedger::ShareOf(const std::string& replica) const {
  std::vector<const Holding*> claimants;
  for (const Holding& holding : state_.holdings) {
    if (holding.want > 0) claimants.push_back(&holding);
  }
  const auto count = static_cast<int64_t>(claimants.size());
  int64_t left = LimitNow(state_.learned, window_);
  if (left < count) return TurnShareOf(replica, count);
  const int64_t turn = now_.time_since_epoch() / kTurn;
  std::sort(claimants.begin(), claimants.end(), [&](const Holding* a, const Holding* b) {
    if (a->want != b->want) return a->want < b->want;
    return (a->replica < b->replica) == (turn % 2 == 0);
  });
  int64_t own = 0;
  for (int64_t i = 0; i < count; ++i) {
    const Holding& claimant = *claimants[static_cast<size_t>(i)];
    const int64_t share = std::min(claimant.want, left / (count - i));
    left -= share;
    if (claimant.replica == replica) own = share;
  }
  const bool wants = own > 0;
  return wants ? own + left / count : 0;
}

// Fewer tokens than claimants: they go round.
int64_t WindowLedger::TurnShareOf(const std::string& replica, int64_t claimants) const {
  const auto length = std::max(kShortTurn, 2 * window_.period);
  const int64_t turn = now_.time_since_epoch() / length;
  std::vector<std::string> names;
  for (const Holding& holding : state_.holdings) {
    if (holding.want > 0) names.push_back(holding.replica);
  }
  std::sort(names.begin(), names.end());
  const int64_t limit = LimitNow(state_.learned, window_);
  for (int64_t i = 0; i < limit; ++i) {
    if (names[static_cast<size_t>((turn + i) % claimants)] == replica) return 1;
  }
  return 0;
}

WindowGrant WindowLedger::Exchange(const std::string& replica, const WindowClaim& claim,
                                   milliseconds lease) {
  Holding& own = HoldingOf(replica);
  own.limit = limit_;
  Narrow();
  FeelOut(state_.learned, window_, claim.hungry, now_);
  own.tokens = std::max<int64_t>(0, own.tokens - claim.returned);
  const int64_t spent = std::min(own.tokens, claim.spent);
  const int64_t kept = std::min(own.tokens - spent, claim.keep);
  AddDebt(own.tokens - kept, CountsUntil(now_));
  own.tokens = kept;
  own.used = std::min(claim.used, kept);
  own.want = claim.want;
  own.until = now_ + lease;

  WindowGrant grant{.limit = LimitNow(state_.learned, window_)};
  grant.share = IsQuick(window_) ? ShareOf(replica) : 0;
  const int64_t free = std::max<int64_t>(0, Free());
  const int64_t wish = IsQuick(window_) ? grant.share - kept : claim.want;
  const int64_t plain = std::clamp<int64_t>(wish, 0, std::max<int64_t>(0, free - window_.reserve));
  grant.reserved = std::clamp<int64_t>(claim.want_reserved, 0, free - plain);
  own.tokens += plain + grant.reserved;
  grant.tokens = own.tokens;
  const bool in_vain = plain + grant.reserved == 0 && claim.want + claim.want_reserved > 0;
  if (IsQuick(window_) || in_vain) grant.again = AskAgainIn(replica);
  if (own.tokens == 0 && own.want == 0) {
    std::erase_if(state_.holdings, [&](const Holding& each) { return each.replica == replica; });
  }
  return grant;
}

// Seats of others come back within moments, and their tokens unless they use them soon.
milliseconds WindowLedger::AskAgainIn(const std::string& replica) const {
  std::optional<Timestamp> next;
  if (!state_.debts.empty()) next = state_.debts.front().until;
  for (const Holding& holding : state_.holdings) {
    if (holding.replica == replica || holding.tokens == 0) continue;
    const Timestamp given_back = now_ + (IsQuick(window_) ? kGlance : kLongGlance);
    if (!next || given_back < *next) next = given_back;
  }
  return std::chrono::ceil<milliseconds>(next.value_or(now_ + kGlance) - now_);
}

void WindowLedger::Heed(const VendorWord& word) {
  if (word.limit) state_.learned.told = *word.limit < window_.limit ? *word.limit : 0;
  // Of seats it is not told when they are used.
  if (!word.remaining || !word.reset || IsQuick(window_)) return;
  const int64_t others = LimitNow(state_.learned, window_) - Spent() - *word.remaining;
  AddDebt(others, now_ + std::min(*word.reset, window_.period));
}

WindowBudget WindowLedger::Budget() const {
  WindowBudget budget{.window = window_};
  budget.window.limit = limit_;
  const int64_t limit = LimitNow(state_.learned, window_);
  int64_t used = Spent();
  for (const Holding& holding : state_.holdings) used += holding.used;
  budget.left = std::clamp<int64_t>(limit - used, 0, limit);
  if (limit < limit_) budget.learned_limit = limit;
  if (!state_.debts.empty()) {
    budget.reset = state_.debts.front().until;
  } else if (used > 0) {
    budget.reset = now_ + window_.period;
  }
  return budget;
}

}  // namespace callimport::adapter_gateway

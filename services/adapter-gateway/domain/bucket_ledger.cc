#include "services/adapter-gateway/domain/bucket_ledger.h"

#include <algorithm>

namespace callimport::adapter_gateway {
namespace {

using std::chrono::milliseconds;

// A vendor that wants to be left alone for longer than this has not refused a short window.
constexpr int kPeriodsOfStop = 20;
constexpr milliseconds kShortStop{60'000};

// The window that was most likely too full: the shortest one that may hold such a stop.
const QuotaWindow* Refusing(const BucketClaim& claim) {
  const QuotaWindow* refusing = nullptr;
  for (const WindowClaim& each : claim.windows) {
    const QuotaWindow& window = each.window;
    const milliseconds longest = std::max(kShortStop, kPeriodsOfStop * window.period);
    if (!Counts(window, claim.refused->group) || claim.refused->pause > longest) continue;
    if (refusing == nullptr || window.period < refusing->period) refusing = &window;
  }
  return refusing;
}

// The window that starts again when the vendor says: the shortest one that is as long.
const QuotaWindow* SpokenOf(const BucketClaim& claim) {
  const milliseconds reset = claim.word->reset.value_or(milliseconds(0));
  const QuotaWindow* spoken_of = nullptr;
  for (const WindowClaim& each : claim.windows) {
    if (each.window.period < reset) continue;
    if (spoken_of == nullptr || each.window.period < spoken_of->period) spoken_of = &each.window;
  }
  return spoken_of;
}

WindowLedger LedgerOf(BucketState& state, const QuotaWindow& window, Timestamp now) {
  return {window, state.windows[KeyOf(window)], now};
}

}  // namespace

BucketState::WindowKey KeyOf(const QuotaWindow& window) { return {window.group, window.period}; }

BucketGrant Settle(BucketState& state, const std::string& replica, const BucketClaim& claim,
                   Timestamp now, milliseconds lease) {
  if (claim.stop.count() > 0) {
    state.stopped_until = std::max<Timestamp>(state.stopped_until, now + claim.stop);
  }
  if (claim.refused) {
    const Refusal refusal{.used_part = claim.refused->used_part,
                          .sent_at = now - claim.refused->sent_ago,
                          .pause = claim.refused->pause};
    const QuotaWindow* window = Refusing(claim);
    if (window != nullptr) LedgerOf(state, *window, now).Learn(refusal);
  }
  BucketGrant grant;
  for (const WindowClaim& each : claim.windows) {
    grant.windows.push_back(LedgerOf(state, each.window, now).Exchange(replica, each, lease));
  }
  if (claim.word) {
    const QuotaWindow* window = SpokenOf(claim);
    if (window != nullptr) LedgerOf(state, *window, now).Heed(*claim.word);
  }
  const auto stop = std::max<Timestamp::duration>(state.stopped_until - now, milliseconds(0));
  grant.stop = std::chrono::ceil<milliseconds>(stop);
  return grant;
}

std::vector<WindowBudget> BudgetsOf(BucketState& state, const std::vector<QuotaWindow>& windows,
                                    Timestamp now) {
  std::vector<WindowBudget> budgets;
  for (const QuotaWindow& window : windows) {
    budgets.push_back(LedgerOf(state, window, now).Budget());
  }
  return budgets;
}

}  // namespace callimport::adapter_gateway

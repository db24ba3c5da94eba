#include "services/adapter-gateway/quota/window_share.h"

#include <algorithm>
#include <utility>

namespace callimport::adapter_gateway {
namespace {

// Of a long window, tokens are taken in parts between these, as they are needed.
constexpr int64_t kSmallestPart = 100;
constexpr int64_t kLargestPart = 10;
// A seat more for every four that are used.
constexpr int64_t kSpareSeats = 4;

}  // namespace

WindowShare::WindowShare(const QuotaWindow& window)
    : window_(window), quick_(IsQuick(window)), seats_(window), limit_(window.limit) {
  seats_.set_limit(0);
}

void WindowShare::Adopt(const QuotaWindow& window) {
  const bool less = window.limit < window_.limit;
  window_.limit = window.limit;
  window_.reserve = window.reserve;
  limit_ = window.limit;
  again_ = {};
  if (less) ComeDown();
}

// What is held was meant for a larger limit.
void WindowShare::ComeDown() {
  if (quick_) return seats_.set_limit(std::min(seats_.limit(), limit_));
  const int64_t part = std::max(window_.weight, std::min(window_.limit, limit_) / kLargestPart);
  const int64_t excess = std::max<int64_t>(0, held_ - part);
  held_ -= excess;
  excess_ += excess;
}

bool WindowShare::MayGo(Timestamp now, bool urgent) const {
  if (Lapsed(now)) return false;
  if (quick_) return seats_.Due(now, window_.weight - 1) <= now;
  return held_ + (urgent ? reserved_ : 0) >= window_.weight;
}

Timestamp WindowShare::Earliest(Timestamp now, int64_t ahead, bool urgent) const {
  const Timestamp when_asked = std::max(now, again_);
  if (Lapsed(now)) return when_asked;
  const int64_t before = (ahead + 1) * window_.weight - 1;
  if (!quick_) {
    return held_ + (urgent ? reserved_ : 0) > before ? now : when_asked;
  }
  const Timestamp due = seats_.Due(now, before);
  return seats_.limit() < limit_ ? std::min(due, when_asked) : due;
}

bool WindowShare::ShouldAsk(Timestamp now, bool urgent) const {
  if (now < again_ || MayGo(now, urgent)) return false;
  return !quick_ || Lapsed(now) || seats_.limit() < limit_;
}

void WindowShare::Take(Timestamp now, bool urgent) {
  if (quick_) return seats_.Take(now, window_.weight);
  spent_ += window_.weight;
  // What is reserved goes first with those that may use it: the rest serves everybody.
  const int64_t of_reserve = urgent ? std::min(reserved_, window_.weight) : 0;
  reserved_ -= of_reserve;
  held_ -= window_.weight - of_reserve;
}

double WindowShare::UsedPart(Timestamp now, int64_t refused) {
  constexpr double kUnknown = 0.95;
  if (!quick_ || seats_.limit() == 0) return kUnknown;
  const int64_t well = std::max<int64_t>(0, seats_.Used(now) - refused * window_.weight);
  return static_cast<double>(well) / static_cast<double>(seats_.limit());
}

bool WindowShare::HasNews(Timestamp now) const {
  if (now < again_) return false;
  if (quick_) return seats_.limit() < held_;
  if (excess_ > 0) return true;
  return spent_ > 0 && held_ < Chunk() / 2;
}

WindowClaim WindowShare::Claim(Timestamp now, const Waiting& waiting, bool idle) {
  if (Lapsed(now)) {
    held_ = reserved_ = excess_ = 0;
    seats_.set_limit(0);
  }
  WindowClaim claim = quick_ ? ClaimSeats(now, waiting, idle) : ClaimTokens(now, waiting, idle);
  claim.window = window_;
  claim.hungry = hungry_;
  hungry_ = false;
  return claim;
}

WindowClaim WindowShare::ClaimSeats(Timestamp now, const Waiting& waiting, bool idle) {
  if (idle) seats_.set_limit(0);
  WindowClaim claim;
  claim.used = seats_.Used(now);
  claim.keep = seats_.limit();
  claim.returned = held_ - std::clamp(claim.used, claim.keep, std::max(held_, claim.keep));
  held_ = claim.keep;
  if (idle) return claim;
  const int64_t busy = claim.used + waiting.all * window_.weight;
  claim.want = std::min(window_.limit, busy + busy / kSpareSeats + window_.weight);
  if (claim.keep > 0 && claim.used * 5 >= claim.keep * 4) hungry_ = true;
  return claim;
}

WindowClaim WindowShare::ClaimTokens(Timestamp, const Waiting& waiting, bool idle) {
  pace_ = std::max(spent_, pace_ / 2);
  WindowClaim claim{.spent = spent_, .returned = std::exchange(excess_, 0)};
  if (idle) {
    claim.returned += held_ + reserved_;
    held_ = reserved_ = 0;
    return claim;
  }
  claim.keep = held_ + reserved_;
  const int64_t needed = Chunk() + waiting.all * window_.weight;
  if (waiting.all > 0 || held_ < Chunk() / 2 + 1) {
    claim.want = std::max<int64_t>(0, needed - held_);
  }
  claim.want_reserved = waiting.urgent * window_.weight;
  return claim;
}

int64_t WindowShare::Chunk() const {
  const int64_t largest = std::max(window_.weight, window_.limit / kLargestPart);
  const int64_t smallest = std::max(window_.weight, window_.limit / kSmallestPart);
  return std::clamp(2 * pace_, smallest, largest);
}

void WindowShare::Apply(const WindowClaim& claim, const WindowGrant& grant, Timestamp held_until,
                        Timestamp now) {
  held_until_ = held_until;
  const bool less = grant.limit < limit_;
  limit_ = grant.limit;
  again_ = now + grant.again;
  if (quick_) {
    held_ = grant.tokens;
    seats_.set_limit(std::min(grant.tokens, grant.share));
    return;
  }
  spent_ -= claim.spent;
  // What was used since the claim is not in it.
  const int64_t all = std::max<int64_t>(0, held_ + reserved_ - claim.keep + grant.tokens);
  reserved_ = std::min(reserved_ + grant.reserved, all);
  held_ = all - reserved_;
  if (less) ComeDown();
}

}  // namespace callimport::adapter_gateway

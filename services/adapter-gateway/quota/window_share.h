// What this replica holds of one window, and spends without asking anybody.
#pragma once

#include "libs/common/clock.h"
#include "services/adapter-gateway/domain/quota_exchange.h"
#include "services/adapter-gateway/quota/sliding_window.h"

namespace callimport::adapter_gateway {

// Requests in line.
struct Waiting {
  int64_t all = 0;
  // Of those, the ones that may use what is reserved.
  int64_t urgent = 0;
};

class WindowShare {
 public:
  explicit WindowShare(const QuotaWindow& window);

  const QuotaWindow& window() const { return window_; }
  // As it was last heard: the catalog's, or what was learned.
  int64_t limit() const { return limit_; }
  // The same window has this limit from now on.
  void Adopt(const QuotaWindow& window);

  // Whether a request may go now.
  bool MayGo(Timestamp now, bool urgent) const;
  // Before this, the request behind `ahead` others certainly cannot go.
  Timestamp Earliest(Timestamp now, int64_t ahead, bool urgent) const;
  // Whether asking for more could help now.
  bool ShouldAsk(Timestamp now, bool urgent) const;
  void Take(Timestamp now, bool urgent);
  // Somebody waits because of this window.
  void Missed() { hungry_ = true; }

  // The part of its tokens with which requests went well in the last period.
  double UsedPart(Timestamp now, int64_t refused);

  // Whether something is to be told, or more will soon be needed, though nobody waits.
  bool HasNews(Timestamp now) const;
  bool HoldsNothing() const { return held_ == 0 && reserved_ == 0 && spent_ == 0 && excess_ == 0; }

  WindowClaim Claim(Timestamp now, const Waiting& waiting, bool idle);
  void Apply(const WindowClaim& claim, const WindowGrant& grant, Timestamp held_until,
             Timestamp now);
  // The claim was not heard.
  void Fail(Timestamp again) { again_ = again; }

 private:
  bool Lapsed(Timestamp now) const { return now >= held_until_; }
  WindowClaim ClaimSeats(Timestamp now, const Waiting& waiting, bool idle);
  WindowClaim ClaimTokens(Timestamp now, const Waiting& waiting, bool idle);
  int64_t Chunk() const;
  void ComeDown();

  QuotaWindow window_;
  const bool quick_;
  // Of quick windows: its limit is how many of the seats that are held may be used.
  SlidingWindow seats_;
  // Seats, or tokens; of the latter, those for urgent requests apart.
  int64_t held_ = 0;
  int64_t reserved_ = 0;
  Timestamp held_until_{};
  // Tokens used since the last claim, and about as many as are used between two.
  int64_t spent_ = 0;
  int64_t pace_ = 0;
  // Tokens to give back, as there are fewer now.
  int64_t excess_ = 0;
  int64_t limit_;
  Timestamp again_{};
  bool hungry_ = false;
};

}  // namespace callimport::adapter_gateway

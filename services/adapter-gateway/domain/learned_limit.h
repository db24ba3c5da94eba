// What a vendor lets through where it says less than the catalog, or where others use the same
// account: cut when it refuses, felt out again while more is wanted.
//
// After a cut the limit comes back to just below where it was refused, quickly at first and then
// ever more slowly; it stays there for a time that makes a refusal worth its price; then it doubles
// its steps until the vendor refuses again, or until nothing is left to be learned.
#pragma once

#include <chrono>
#include <cstdint>

#include "libs/common/clock.h"
#include "services/adapter-gateway/domain/quota_policy.h"

namespace callimport::adapter_gateway {

struct LearnedLimit {
  // Where the vendor refused; 0: nothing was learned.
  double ceiling = 0;
  // How long, since the cut, more was wanted than allowed.
  std::chrono::milliseconds felt{0};
  // How much of that passes before more than the ceiling is tried.
  std::chrono::milliseconds settled{0};
  Timestamp cut_at{};
  Timestamp seen_at{};
  // What the vendor has said the limit is, where that is less than the catalog's; else 0.
  int64_t told = 0;
};

// A refusal of the vendor.
struct Refusal {
  // The part of its tokens that whoever was refused had used within the window: 1 is all of them.
  double used_part = 1;
  // When the refused request was sent.
  Timestamp sent_at{};
  // How long nothing is sent after it.
  std::chrono::milliseconds pause{0};
};

// How many requests a window may hold now: at least 1, at most the catalog's limit.
int64_t LimitNow(const LearnedLimit& learned, const QuotaWindow& window);

// Refusals of requests that were sent before the last cut, or in the pause after it, are of the
// same overload.
void Cut(LearnedLimit& learned, const QuotaWindow& window, const Refusal& refusal, Timestamp now);

// Time passes; `wanted` says whether more was wanted than allowed.
void FeelOut(LearnedLimit& learned, const QuotaWindow& window, bool wanted, Timestamp now);

}  // namespace callimport::adapter_gateway

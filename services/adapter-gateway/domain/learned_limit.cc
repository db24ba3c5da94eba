#include "services/adapter-gateway/domain/learned_limit.h"

#include <algorithm>
#include <cmath>

namespace callimport::adapter_gateway {
namespace {

using std::chrono::milliseconds;

// Of the place where it was refused.
constexpr double kAfterCut = 0.96;
constexpr double kPlateau = 0.99;
// One refusal never leaves less.
constexpr double kDeepestCut = 0.4;
// A refusal may cost its pause once in so many, and be one of so many requests.
constexpr int kPauses = 28;
constexpr double kRequests = 250;
constexpr milliseconds kShortestSettled{5'000};
constexpr milliseconds kLongestSettled{1'800'000};
// The first step above the ceiling, and how often it doubles.
constexpr double kFirstStep = 0.03;
constexpr milliseconds kShortestDoubling{900};
// Longer ago than this, the time between is nobody's waiting.
constexpr milliseconds kLongestGlance{2'000};
// After this, every replica has heard of a cut.
constexpr milliseconds kLongestUnheard{2'000};
// What was learned so long ago, and never tried since, says nothing any more.
constexpr std::chrono::minutes kForgotten{30};

milliseconds Rounded(double value) { return milliseconds(std::llround(value)); }

double Part(milliseconds of, milliseconds whole) {
  return static_cast<double>(of.count()) / static_cast<double>(whole.count());
}

double Curve(const LearnedLimit& learned, milliseconds period) {
  if (learned.felt < learned.settled) {
    const double missing = 1 - Part(learned.felt, learned.settled);
    return kPlateau - (kPlateau - kAfterCut) * missing * missing * missing;
  }
  const milliseconds doubling = std::max(kShortestDoubling, period / 4);
  const double steps = Part(learned.felt - learned.settled, doubling);
  return kPlateau + kFirstStep * (std::exp2(std::min(steps, 30.0)) - 1);
}

double Now(const LearnedLimit& learned, const QuotaWindow& window) {
  const auto limit =
      static_cast<double>(learned.told > 0 ? std::min(learned.told, window.limit) : window.limit);
  if (learned.ceiling <= 0) return limit;
  return std::min(limit, learned.ceiling * Curve(learned, window.period));
}

}  // namespace

int64_t LimitNow(const LearnedLimit& learned, const QuotaWindow& window) {
  return std::max<int64_t>(1, std::llround(Now(learned, window)));
}

void Cut(LearnedLimit& learned, const QuotaWindow& window, const Refusal& refusal, Timestamp now) {
  // Whoever sends during the pause has not heard of it yet.
  if (refusal.sent_at <= learned.cut_at + std::min(refusal.pause, kLongestUnheard)) return;
  const double kept = std::clamp(refusal.used_part, kDeepestCut, 1.0);
  learned.ceiling = std::max(1.0, Now(learned, window) * kept);
  const auto worth =
      Rounded(kRequests * static_cast<double>(window.period.count()) / learned.ceiling);
  learned.settled =
      std::clamp(std::max(refusal.pause * kPauses, worth), kShortestSettled, kLongestSettled);
  learned.felt = milliseconds(0);
  learned.cut_at = learned.seen_at = now;
}

void FeelOut(LearnedLimit& learned, const QuotaWindow& window, bool wanted, Timestamp now) {
  if (learned.ceiling <= 0) return;
  const auto passed = std::chrono::duration_cast<milliseconds>(now - learned.seen_at);
  learned.seen_at = std::max(learned.seen_at, now);
  if (wanted) learned.felt += std::clamp(passed, milliseconds(0), kLongestGlance);
  const double limit = Now({.told = learned.told}, window);
  const bool outgrown = learned.felt > learned.settled && Now(learned, window) >= limit;
  if (outgrown || now - learned.cut_at > kForgotten + learned.settled) learned.ceiling = 0;
}

}  // namespace callimport::adapter_gateway

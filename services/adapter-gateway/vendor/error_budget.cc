#include "services/adapter-gateway/vendor/error_budget.h"

namespace callimport::adapter_gateway {
namespace {

constexpr char kMinutesHelp[] = "Minutes in which a platform was asked, by whether it answered.";

int64_t HoursOf(Timestamp time) {
  return std::chrono::floor<std::chrono::hours>(time.time_since_epoch()).count();
}

int64_t MinutesOf(Timestamp time) {
  return std::chrono::floor<std::chrono::minutes>(time.time_since_epoch()).count();
}

}  // namespace

ErrorBudget::ErrorBudget(const std::string& platform, const Clock& clock)
    : clock_(clock),
      left_("platform_error_budget_left",
            "Of the failures that a platform may have in a day: 1 is all, below 0 the goal is "
            "missed.",
            {{"platform", platform}}),
      up_("platform_minutes_total", kMinutesHelp, {{"platform", platform}, {"state", "up"}}),
      down_("platform_minutes_total", kMinutesHelp, {{"platform", platform}, {"state", "down"}}) {
  left_.Set(1);
}

void ErrorBudget::Count(bool failed) {
  const Timestamp now = clock_.Now();
  const int64_t hour = HoursOf(now);
  std::lock_guard lock(mutex_);
  Hour& current = hours_[static_cast<size_t>(hour) % hours_.size()];
  if (current.hour != hour) current = {.hour = hour};
  ++current.requests;
  current.failures += failed ? 1 : 0;
  left_.Set(LeftAt(hour));
  CountMinute(MinutesOf(now), failed);
}

// A minute is counted when the next one has begun.
void ErrorBudget::CountMinute(int64_t minute, bool failed) {
  if (minute_ && minute_->minute != minute) {
    (minute_->answered ? up_ : down_).Add();
    minute_.reset();
  }
  if (!minute_) minute_ = Minute{.minute = minute};
  minute_->answered = minute_->answered || !failed;
}

double ErrorBudget::Left() {
  std::lock_guard lock(mutex_);
  return LeftAt(HoursOf(clock_.Now()));
}

double ErrorBudget::LeftAt(int64_t hour) const {
  int64_t requests = 0;
  int64_t failures = 0;
  for (const Hour& each : hours_) {
    if (each.hour + static_cast<int64_t>(hours_.size()) <= hour) continue;
    requests += each.requests;
    failures += each.failures;
  }
  if (failures == 0) return 1;
  return 1 - static_cast<double>(failures) / (kMayFail * static_cast<double>(requests));
}

}  // namespace callimport::adapter_gateway

#include "services/status-tracker/domain/recent_speed.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace callimport::status_tracker {
namespace {

constexpr std::chrono::milliseconds kShortestStep{250};
constexpr double kMemorySeconds = 20;

// Duplicates cost no work: counting them would promise an end that comes too soon.
int64_t WorkedCalls(const common::v1::Progress& progress) {
  return progress.completed_calls() + progress.failed_calls() + progress.skipped_calls();
}

}  // namespace

void RecentSpeed::Observe(const common::v1::Progress& progress, Timestamp now) {
  const Sample sample{WorkedCalls(progress), now};
  // A retry takes failed calls back: measure anew from there.
  if (!last_ || sample.calls < last_->calls) {
    *this = RecentSpeed();
    last_ = sample;
    return;
  }
  if (now - last_->time < kShortestStep) return;
  const double seconds = std::chrono::duration<double>(now - last_->time).count();
  const double measured = static_cast<double>(sample.calls - last_->calls) / seconds;
  observed_seconds_ += seconds;
  // At first everything seen weighs the same, so that a slow start does not linger.
  const double weight =
      std::max(1 - std::exp(-seconds / kMemorySeconds), seconds / observed_seconds_);
  speed_ = speed_ * (1 - weight) + measured * weight;
  last_ = sample;
}

}  // namespace callimport::status_tracker

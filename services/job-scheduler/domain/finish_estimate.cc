#include "services/job-scheduler/domain/finish_estimate.h"

#include <algorithm>
#include <cmath>

namespace callimport::job_scheduler {
namespace {

// Fewer say nothing.
constexpr int64_t kLeastCalls = 5;
// After a longer gap nobody was there to look, or to work.
constexpr double kLongestGap = 300;
constexpr int kMostWindows = 4'000;
constexpr double kLeastSpread = 0.05;
constexpr double kMostSpread = 0.75;
// Sources go fast for a minute and slowly for another: minutes say more than calls.
constexpr double kSpreadOfAMinute = 1.2;
// A number of calls that is not exact may well be larger.
constexpr double kInexact = 1.5;

double Seconds(Timestamp::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

Timestamp After(Timestamp from, double seconds) {
  return from + std::chrono::duration_cast<Timestamp::duration>(
                    std::chrono::duration<double>(std::max(0.0, seconds)));
}

int64_t CallsLeft(const ImportJob& job) {
  const common::v1::Progress& progress = job.progress;
  const int64_t total = std::max(progress.total_calls(), progress.listed_calls());
  return std::max<int64_t>(0, total - EndedCalls(job) - progress.duplicate_calls());
}

// How far off a number of minutes is on the average, as seen from one of them.
double Doubt(double calls, double seconds) {
  return 1 / std::max(1.0, std::min(calls, seconds / 60));
}

// By what share the time that is left may be shorter or longer: the more was seen, the less; and
// the less is left, the more each of its minutes counts.
double SpreadOf(const JobPace& pace, double calls_left, double seconds_left) {
  const double doubt =
      Doubt(static_cast<double>(pace.calls), pace.active_seconds) + Doubt(calls_left, seconds_left);
  return std::clamp(kSpreadOfAMinute * std::sqrt(doubt), kLeastSpread, kMostSpread);
}

// Window by window; each has its hours, and may have its share of calls.
Timestamp EndWithin(const WorkingHours& hours, double calls, double calls_per_second,
                    Timestamp now) {
  if (!hours.window) return After(now, calls / calls_per_second);
  Timestamp at = now;
  double share = hours.calls_per_window - hours.started_in_window;
  for (int windows = 0; windows < kMostWindows; ++windows) {
    if (const auto opens = hours.window->OpensAt(at)) {
      at = *opens;
      share = hours.calls_per_window;
    }
    const Timestamp next = hours.window->NextAfter(at);
    const Timestamp closes = hours.window->ClosesAt(at).value_or(next);
    double possible = Seconds(closes - at) * calls_per_second;
    if (hours.calls_per_window > 0) possible = std::min(possible, std::max(0.0, share));
    if (possible >= calls) return After(at, calls / calls_per_second);
    calls -= possible;
    at = next;
    share = hours.calls_per_window;
  }
  return at;
}

}  // namespace

int64_t EndedCalls(const ImportJob& job) {
  const common::v1::Progress& progress = job.progress;
  return progress.completed_calls() + progress.failed_calls() + progress.skipped_calls();
}

void Look(JobPace& pace, const ImportJob& job, bool held, Timestamp now) {
  const int64_t ended = EndedCalls(job);
  if (pace.at && now > *pace.at && (!held || ended > pace.calls)) {
    pace.active_seconds += std::min(Seconds(now - *pace.at), kLongestGap);
  }
  pace.calls = ended;
  pace.at = now;
}

std::optional<FinishEstimate> EstimateFinish(const ImportJob& job, const JobPace& pace,
                                             const WorkingHours& hours,
                                             std::optional<Timestamp> not_before, Timestamp now) {
  if (job.state != common::v1::JOB_STATE_IN_PROGRESS || !job.progress.has_total_calls()) return {};
  if (pace.calls < kLeastCalls || pace.active_seconds <= 0) return {};
  const double calls_per_second = static_cast<double>(pace.calls) / pace.active_seconds;
  const auto left = static_cast<double>(CallsLeft(job));
  const double spread = SpreadOf(pace, left, left / calls_per_second);
  const bool exact = job.progress.exactness() == common::v1::EXACTNESS_EXACT;
  FinishEstimate estimate{.earliest = EndWithin(hours, left, calls_per_second / (1 - spread), now),
                          .latest = EndWithin(hours, left * (exact ? 1 : kInexact),
                                              calls_per_second / (1 + spread), now)};
  if (not_before) {
    estimate.earliest = std::max(estimate.earliest, *not_before);
    estimate.latest = std::max(estimate.latest, *not_before);
  }
  return estimate;
}

}  // namespace callimport::job_scheduler

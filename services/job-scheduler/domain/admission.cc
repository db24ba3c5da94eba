#include "services/job-scheduler/domain/admission.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/time/time.h"
#include "libs/common/errors.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::milliseconds;

constexpr double kFarAway = 10 * 365 * 86'400.0;
constexpr milliseconds kAskAgain = std::chrono::hours(1);
constexpr milliseconds kLongestPause = std::chrono::hours(24 * 7);

std::chrono::seconds TimeFor(double calls, double calls_per_second) {
  return std::chrono::seconds(std::llround(std::min(calls / calls_per_second, kFarAway)));
}

std::string DayAndMinute(Timestamp time) {
  return std::string(
      absl::FormatTime("%Y-%m-%d %H:%M UTC", absl::FromChrono(time), absl::UTCTimeZone()));
}

// How long until so much is worked off that the queue would take the import.
milliseconds PauseUntilShort(const Backlog& backlog, const AdmissionLimits& limits) {
  if (backlog.calls_per_second <= 0) return kAskAgain;
  const double bearable =
      std::chrono::duration<double>(limits.longest_wait).count() * backlog.calls_per_second;
  const double surplus = std::max(0.0, static_cast<double>(backlog.calls) - bearable);
  return std::clamp<milliseconds>(TimeFor(surplus, backlog.calls_per_second), kAskAgain,
                                  kLongestPause);
}

std::string Describe(const Backlog& backlog, std::optional<Timestamp> worked_off) {
  std::string text = "this import would be at place " + std::to_string(backlog.jobs + 1) +
                     " of its account, behind " + std::to_string(backlog.calls) + " calls";
  if (worked_off) text += " that are done about " + DayAndMinute(*worked_off);
  return text + "; the whole queue holds " + std::to_string(backlog.all_calls) + " calls";
}

}  // namespace

std::optional<Timestamp> WorkedOffAt(const Backlog& backlog, Timestamp now) {
  if (backlog.calls <= 0) return now;
  if (backlog.calls_per_second <= 0) return std::nullopt;
  return now + TimeFor(static_cast<double>(backlog.calls), backlog.calls_per_second);
}

absl::Status Admit(const Backlog& backlog, const AdmissionLimits& limits, Timestamp now) {
  const auto worked_off = WorkedOffAt(backlog, now);
  const bool too_late = worked_off && *worked_off > now + limits.longest_wait;
  if (!too_late && backlog.all_calls < limits.calls) return absl::OkStatus();
  return WithRetryDelay(Error(absl::StatusCode::kResourceExhausted, "BACKLOG_TOO_LONG",
                              Describe(backlog, worked_off)),
                        PauseUntilShort(backlog, limits));
}

}  // namespace callimport::job_scheduler

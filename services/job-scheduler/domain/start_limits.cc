#include "services/job-scheduler/domain/start_limits.h"

#include <algorithm>

namespace callimport::job_scheduler {
namespace {

using common::v1::WorkClass;

int Urgency(WorkClass work_class) {
  switch (work_class) {
    case common::v1::WORK_CLASS_INTERACTIVE:
      return 4;
    case common::v1::WORK_CLASS_WEBHOOK:
      return 3;
    case common::v1::WORK_CLASS_SYNC:
      return 2;
    case common::v1::WORK_CLASS_RECONCILE:
      return 1;
    default:
      return 0;
  }
}

Timestamp SecondOf(Timestamp now) { return std::chrono::floor<std::chrono::seconds>(now); }

int OrNone(int limit) { return limit == 0 ? kNoLimit : limit; }

}  // namespace

PlatformLimits LimitsOf(const StartLimits& limits, const std::string& platform) {
  const auto found = limits.platforms.find(platform);
  return found == limits.platforms.end() ? PlatformLimits() : found->second;
}

int RoomIn(int limit, int64_t used) {
  if (limit == 0 || limit == kNoLimit) return kNoLimit;
  return static_cast<int>(std::max<int64_t>(0, limit - used));
}

int StartedThisSecond(const StartCount& count, Timestamp now) {
  return count.second == SecondOf(now) ? count.in_second : 0;
}

int StartedInWindow(const StartCount& count, Timestamp window) {
  return count.window == window ? count.in_window : 0;
}

void CountStarts(StartCount& count, Timestamp now, int calls, Timestamp window, int bulk) {
  count.in_second = StartedThisSecond(count, now) + calls;
  count.second = SecondOf(now);
  if (bulk == 0) return;
  count.in_window = StartedInWindow(count, window) + bulk;
  count.window = window;
}

std::optional<Timestamp> ParkedUntil(const std::vector<Parking>& parkings, WorkClass work_class,
                                     Timestamp now) {
  std::optional<Timestamp> until;
  for (const Parking& parking : parkings) {
    const bool concerned = Urgency(work_class) <= Urgency(parking.work_class);
    if (concerned && parking.until > now) until = std::max(until.value_or(now), parking.until);
  }
  return until;
}

int StartsPerSecond(const StartLimits& limits, const std::vector<Parking>& parkings,
                    Timestamp now) {
  const int most = OrNone(limits.starts_per_second);
  const bool just_woken = std::ranges::any_of(parkings, [&](const Parking& parking) {
    return parking.until <= now && parking.until > now - limits.woken_for;
  });
  return just_woken ? std::min(most, OrNone(limits.woken_starts_per_second)) : most;
}

}  // namespace callimport::job_scheduler

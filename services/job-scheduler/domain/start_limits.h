// How many calls may be started now: what holds for credentials and platforms besides fairness.
#pragma once

#include <chrono>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "callimport/common/v1/progress.pb.h"
#include "libs/common/clock.h"

namespace callimport::job_scheduler {

// 0 means no limit everywhere.
struct PlatformLimits {
  // Calls of all its credentials that are worked on at once.
  int concurrent_calls = 0;
  // What one call takes of the vendor's quota, in requests.
  double call_cost = 1;
};

struct StartLimits {
  // Of one credential.
  int starts_per_second = 0;
  int concurrent_calls = 0;
  std::map<std::string, PlatformLimits> platforms;
  // The same number, for as long after a wait for quota: those who waited do not all go at once.
  int woken_starts_per_second = 10;
  std::chrono::seconds woken_for{3};
};

inline constexpr int kNoLimit = std::numeric_limits<int>::max();

PlatformLimits LimitsOf(const StartLimits& limits, const std::string& platform);

// What is left of a limit.
int RoomIn(int limit, int64_t used);

// What one credential has started of late: in the second, and in the nightly window, that began
// then.
struct StartCount {
  Timestamp second;
  int in_second = 0;
  Timestamp window;
  int in_window = 0;

  bool operator==(const StartCount&) const = default;
};

int StartedThisSecond(const StartCount& count, Timestamp now);
int StartedInWindow(const StartCount& count, Timestamp window);
// `bulk`: of them, under the budget of the window.
void CountStarts(StartCount& count, Timestamp now, int calls, Timestamp window, int bulk);

// Calls of one class of a credential wait for quota until then, and all that are less urgent: the
// vendor keeps nothing for those.
struct Parking {
  common::v1::WorkClass work_class = common::v1::WORK_CLASS_BULK;
  Timestamp until;
};
// Unset: it does not wait.
std::optional<Timestamp> ParkedUntil(const std::vector<Parking>& parkings,
                                     common::v1::WorkClass work_class, Timestamp now);
// Starts in a second that are allowed now, by the limits and by a wait that is just over.
int StartsPerSecond(const StartLimits& limits, const std::vector<Parking>& parkings, Timestamp now);

}  // namespace callimport::job_scheduler

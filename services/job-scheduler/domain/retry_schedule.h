// When a failed attempt is made again: soon and a few times, then ever more rarely, then not.
#pragma once

#include <chrono>
#include <optional>
#include <random>
#include <vector>

#include "libs/common/retry_policy.h"

namespace callimport::job_scheduler {

// Every pause is drawn by chance between (1 - jitter) and (1 + jitter) times what is written here:
// calls that a vendor's outage has failed together do not come back together.
struct RetrySchedule {
  // How often in a row, and how far apart. Its jitter is that of all pauses.
  RetryPolicy soon{.max_attempts = 3,
                   .first_delay = std::chrono::seconds(5),
                   .multiplier = 2,
                   .max_delay = std::chrono::minutes(1),
                   .jitter = 0.25};
  // The deferred lane: one more attempt after each of these.
  std::vector<std::chrono::seconds> deferred = {std::chrono::minutes(5), std::chrono::minutes(30),
                                                std::chrono::hours(2), std::chrono::hours(6),
                                                std::chrono::hours(24)};
  // How long a call waits for quota when the vendor does not say.
  std::chrono::seconds quota_wait{60};
};

// The pauses between all attempts as written, before chance.
std::vector<std::chrono::milliseconds> PausesOf(const RetrySchedule& schedule);

// The pause after that many failed attempts, or nothing when none is left. Not shorter than the
// vendor's wish.
std::optional<std::chrono::milliseconds> PauseAfter(const RetrySchedule& schedule, int failures,
                                                    std::chrono::milliseconds wish,
                                                    std::minstd_rand& random);

// The pause of a call that waits for quota.
std::chrono::milliseconds QuotaPause(const RetrySchedule& schedule, std::chrono::milliseconds wish);

}  // namespace callimport::job_scheduler

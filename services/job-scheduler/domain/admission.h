// Whether the queue takes up one more import, or says honestly that it cannot.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "libs/common/clock.h"

namespace callimport::job_scheduler {

struct AdmissionLimits {
  // For the imports of the same credential that come before.
  std::chrono::days longest_wait{30};
  // In the whole queue.
  int64_t calls = 5'000'000;
};

// What waits already. Credentials share the queue fairly and do not wait for each other, but the
// imports of one do, as they share what the vendor allows.
struct Backlog {
  // Of the credential, and how fast it gets less; 0: not measured yet.
  int64_t jobs = 0;
  int64_t calls = 0;
  double calls_per_second = 0;
  // Of all credentials.
  int64_t all_calls = 0;
};

// When that is worked off; now when nothing waits. Without a measured speed, nobody knows.
std::optional<Timestamp> WorkedOffAt(const Backlog& backlog, Timestamp now);

// RESOURCE_EXHAUSTED (BACKLOG_TOO_LONG), naming the place in the queue and the date, and when to
// ask again.
absl::Status Admit(const Backlog& backlog, const AdmissionLimits& limits, Timestamp now);

}  // namespace callimport::job_scheduler

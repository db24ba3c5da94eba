// What a process has used so far, as Linux counts it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace callimport::bench {

struct ProcessUsage {
  // User and system time, in clock ticks of 10 ms; that of children who have ended included.
  double cpu_seconds = 0;
  int64_t peak_rss_bytes = 0;
};

// NOT_FOUND (NO_SUCH_PROCESS).
absl::StatusOr<ProcessUsage> UsageOf(pid_t pid);

// The process with its living children: PostgreSQL is a postmaster and a child per connection. The
// peak is that of the largest of them, since they share most of their memory.
absl::StatusOr<ProcessUsage> UsageOfFamily(pid_t pid);

// Peaks count from here on. False where the system does not allow it.
bool ForgetPeak(pid_t pid);

absl::StatusOr<pid_t> ParentOf(pid_t pid);

// The parts that read: /proc/PID/stat and /proc/PID/status.
struct StatLine {
  pid_t parent = 0;
  double cpu_seconds = 0;
};
absl::StatusOr<StatLine> ParseStat(const std::string& text);
int64_t ParsePeakRss(const std::string& text);

}  // namespace callimport::bench

// The benchmark in the place of several media-pipelines that need no time for a call.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "tests/bench/installation.h"

namespace callimport::bench {

inline constexpr int kLeaseBatch = 100;
inline constexpr int kLeaseWorkers = 4;

struct LeaseSpeed {
  double calls_per_second = 0;
  // Of a lease rpc, in milliseconds; of the worker that had it worst.
  double p50 = 0;
  double p99 = 0;
};

// Leases and completes so many of the calls that are due, or all.
absl::StatusOr<LeaseSpeed> WorkOff(Installation& installation, int64_t calls);

}  // namespace callimport::bench

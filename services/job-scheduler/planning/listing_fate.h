// What becomes of a job when listing it has failed.
#pragma once

#include <chrono>
#include <random>
#include <string>

#include "absl/status/status.h"

namespace callimport::job_scheduler {

struct ListingFate {
  enum class Kind {
    // Nobody needs to do anything: the job is somebody else's, or ended.
    kLeave,
    // The quota is used up: later, and no failure.
    kWait,
    // Likely to go away: later, for as long as it takes.
    kTryAgain,
    // Trying again by itself would give the same.
    kRefuse,
  };
  Kind kind = Kind::kTryAgain;
  std::chrono::milliseconds pause{0};
};

// `failures` in a row, this one included.
ListingFate FateAfter(const absl::Status& error, int failures, std::minstd_rand& random);

// "INVALID_KEY: the vendor refuses the access key", redacted.
std::string DescribeForPeople(const absl::Status& error);

}  // namespace callimport::job_scheduler

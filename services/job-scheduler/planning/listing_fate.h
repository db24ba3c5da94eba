// What becomes of a job when listing it has failed.
#pragma once

#include <chrono>
#include <random>
#include <string>

#include "absl/status/status.h"
#include "services/job-scheduler/domain/retry_schedule.h"

namespace callimport::job_scheduler {

struct ListingFate {
  enum class Kind {
    // Nobody needs to do anything: the job is somebody else's, or ended.
    kLeave,
    // The quota is used up: later, and no failure.
    kWait,
    // It is a service of this suite that is away, and no source: soon again, and no failure.
    kAwaitService,
    // Likely to go away: later.
    kTryAgain,
    // It did not go away for so long that nobody waits any more.
    kGiveUp,
    // Trying again by itself would give the same.
    kRefuse,
  };
  Kind kind = Kind::kTryAgain;
  std::chrono::milliseconds pause{0};
};

// `failures` in a row, this one included, since the listing last brought something new.
ListingFate FateAfter(const absl::Status& error, int failures, const RetrySchedule& schedule,
                      std::minstd_rand& random);

// "INVALID_KEY: the vendor refuses the access key", redacted.
std::string DescribeForPeople(const absl::Status& error);

// Why a listing is given up, the last error, and what can be done: begins with kListingGivenUp.
std::string DescribeGivenUp(const absl::Status& error, int failures);

}  // namespace callimport::job_scheduler

// How long what has ended is kept.
#pragma once

#include <chrono>

namespace callimport::job_scheduler {

// Measured from the end of a job. Audit records are not a matter of this: they stay.
struct Retention {
  // What it met, with the records of the source.
  std::chrono::days calls{90};
  // The job itself.
  std::chrono::days jobs{400};
  // A sync that found nothing new: there is one every hour.
  std::chrono::days empty_syncs{30};
  // The newest ended jobs are kept whatever their age: this many that are COMPLETED, and this many
  // others.
  int least_completed = 100;
  int least_failed = 500;
};

}  // namespace callimport::job_scheduler

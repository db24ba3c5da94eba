// When a job is likely to end, from how it went so far and from the hours in which it may go on.
#pragma once

#include <optional>

#include "libs/common/clock.h"
#include "services/job-scheduler/domain/bulk_window.h"
#include "services/job-scheduler/domain/import_job.h"

namespace callimport::job_scheduler {

// How a job went while it could. Waiting for quota, for others or for a source that fails is part
// of that, as it will happen again; nights' ends and pauses are not, as they are known beforehand.
struct JobPace {
  // Calls of the job's own that had ended at the last look, and when that was.
  int64_t calls = 0;
  std::optional<Timestamp> at;
  double active_seconds = 0;
};

// Calls that the job has ended itself; duplicates cost no time.
int64_t EndedCalls(const ImportJob& job);

// Looks again. `held`: since the last look it could not go on, for reasons of the calendar.
void Look(JobPace& pace, const ImportJob& job, bool held, Timestamp now);

// When calls of the job may be started.
struct WorkingHours {
  // Unset: at any time.
  std::optional<BulkWindow> window;
  // In each window. 0: any number.
  int calls_per_window = 0;
  int started_in_window = 0;
};

struct FinishEstimate {
  Timestamp earliest;
  Timestamp latest;
};

// Unset until it can be told: too few calls have ended, it is not known how many there are, or the
// job is paused. `not_before`: what is left is not tried again earlier.
std::optional<FinishEstimate> EstimateFinish(const ImportJob& job, const JobPace& pace,
                                             const WorkingHours& hours,
                                             std::optional<Timestamp> not_before, Timestamp now);

}  // namespace callimport::job_scheduler

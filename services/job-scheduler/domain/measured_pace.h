// How fast imports run, from how fast they ran.
#pragma once

#include <vector>

#include "services/job-scheduler/domain/forecast.h"

namespace callimport::job_scheduler {

// From the calls a second of imports that have ended: what most of them ran at, widened the more
// the fewer there are. `assumed` when there is none.
Pace PaceFrom(std::vector<double> calls_per_second, const Pace& assumed);

// How long the window was open between the two.
double OpenSeconds(const BulkWindow& window, Timestamp start, Timestamp end);

}  // namespace callimport::job_scheduler

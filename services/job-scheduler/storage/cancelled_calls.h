// Ends what no worker holds of a job that is being cancelled.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/storage/change_listener.h"

namespace callimport::job_scheduler {

// In transactions of bounded size; the last one ends the job, unless calls of it are still leased.
// Does nothing to a job that is not CANCELLING.
absl::Status SkipCancelledCalls(postgres::Pool& pool, ChangeListener& listener,
                                const std::string& job_id, Timestamp now);

}  // namespace callimport::job_scheduler

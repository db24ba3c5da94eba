// Ends what waits for a credential that the vendor has refused for too long.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/domain/call_outcome.h"
#include "services/job-scheduler/storage/change_listener.h"

namespace callimport::job_scheduler {

// Every call of the job that no worker holds has failed for this reason. In transactions of bounded
// size; the last one ends the job, unless calls of it are still leased, or are yet to be listed.
absl::Status FailRefusedCalls(postgres::Pool& pool, ChangeListener& listener,
                              const std::string& job_id, const Failed& why, Timestamp now);

}  // namespace callimport::job_scheduler

// Leasing calls so that everybody gets their part, and no limit is passed.
#pragma once

#include <pqxx/pqxx>
#include <vector>

#include "services/job-scheduler/domain/start_limits.h"
#include "services/job-scheduler/domain/workspace_settings.h"
#include "services/job-scheduler/storage/call_leases_table.h"

namespace callimport::job_scheduler {

// Due calls in the order in which they are to be worked on. Joins the caller's transaction, which
// shares the queue out alone until it ends. `defaults` are of workspaces that were not set.
std::vector<LeasedCall> LeaseFairly(pqxx::work& tx, const LeaseTerms& terms,
                                    const StartLimits& limits, const WorkspaceSettings& defaults,
                                    int max_calls);

}  // namespace callimport::job_scheduler

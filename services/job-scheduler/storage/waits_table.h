// The SQL of why jobs wait, and of what their speed is measured by. Every function joins the
// caller's transaction.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "services/job-scheduler/domain/admission.h"
#include "services/job-scheduler/domain/finish_estimate.h"
#include "services/job-scheduler/domain/wait_reason.h"
#include "services/job-scheduler/storage/job_plans_table.h"

namespace callimport::job_scheduler {

// Jobs that run and that nobody has looked at since, at most `limit`, the longest not looked at
// first.
std::vector<std::string> FindUnwatched(pqxx::work& tx, Timestamp since, int limit);

// The job is locked by the caller.
JobPace FindPace(pqxx::work& tx, const std::string& job_id);
void SavePace(pqxx::work& tx, const std::string& job_id, const JobPace& pace);

// What the queue holds of the job, by indexes that are as small as what they find.
QueueFacts FindQueueFacts(pqxx::work& tx, const ImportJob& job, const WorkspaceSettings& workspace,
                          const JobPlaces& places, Timestamp now);

// What waits before a new job of the credential, and the calls of all jobs.
Backlog MeasureBacklog(pqxx::work& tx, const ImportJob& job, Timestamp now);

}  // namespace callimport::job_scheduler

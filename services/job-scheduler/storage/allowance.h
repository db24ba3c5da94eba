// The free calls of workspaces' months, and the jobs that take of them. Every function joins the
// caller's transaction.
#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/job-scheduler/domain/import_job.h"
#include "services/job-scheduler/domain/workspace_settings.h"
#include "services/job-scheduler/storage/usage_table.h"

namespace callimport::job_scheduler {

// What the plan has given in this month of the workspace, and what is left.
struct FreeCalls {
  std::string month;
  int64_t included = 0;
  int64_t left = 0;
  MonthUsage usage;
};
FreeCalls FindFreeCalls(pqxx::work& tx, const std::string& workspace_id,
                        const WorkspaceSettings& defaults, Timestamp now);

// Takes up to `wanted` of this month for the job, which counts against the plan from then on.
// Returns how many there were. The job is not saved.
int64_t TakeFreeCalls(pqxx::work& tx, ImportJob& job, int64_t wanted,
                      const WorkspaceSettings& defaults, Timestamp now);

// Takes what is lacking for all calls that the job has imported or may still import, beyond those
// that are quoted. An error when there is not enough, and nothing is quoted.
absl::Status TakeForAllCalls(pqxx::work& tx, ImportJob& job, const WorkspaceSettings& defaults,
                             Timestamp now);

// Brings the jobs' charges and their months up to what they have imported. To be called for jobs
// that are about to be saved, and before the feed is appended to.
void ChargeJobs(pqxx::work& tx, std::vector<ImportJob>& jobs);

// RESOURCE_EXHAUSTED (ALLOWANCE_USED_UP).
absl::Status AllowanceUsedUp();

}  // namespace callimport::job_scheduler

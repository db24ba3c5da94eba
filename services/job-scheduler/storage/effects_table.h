// The SQL that counts, from the rows themselves, what should have happened exactly once for the
// calls of a job. Every function joins the caller's transaction and changes nothing.
#pragma once

#include <cstdint>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "services/job-scheduler/domain/import_job.h"

namespace callimport::job_scheduler {

// What the rows of a job's calls say. A call is the job's own while no later job has adopted it.
struct CallRows {
  // Met, and not a duplicate when met.
  int64_t linked = 0;
  // Duplicates among all that were met.
  int64_t duplicates = 0;
  // Of those, calls that nobody imports: the job that had them was cancelled.
  int64_t abandoned_duplicates = 0;
  // Linked, and there is no such call.
  int64_t missing = 0;
  // Own ones that have not ended.
  int64_t open = 0;
  int64_t completed = 0;
  int64_t failed = 0;
  int64_t skipped = 0;
  // Completed and without an engagement.
  int64_t without_engagement = 0;
};
CallRows CountCallRows(pqxx::work& tx, const std::string& job_id);

// Own calls that became one engagement together with another call, but for the first of each.
std::vector<std::string> FindSharedEngagements(pqxx::work& tx, const std::string& job_id);

// Some of the duplicates that nobody imports.
std::vector<std::string> FindAbandonedDuplicates(pqxx::work& tx, const std::string& job_id,
                                                 int limit);

// Some of the calls that are linked and not there.
std::vector<std::string> FindMissingCalls(pqxx::work& tx, const std::string& job_id, int limit);

// The job's statuses in the feed as far as they are kept, oldest first.
std::vector<common::v1::JobStatus> KeptEvents(pqxx::work& tx, const std::string& job_id);

// What all jobs of the workspace have taken of the month: free and billed calls.
int64_t SumCharges(pqxx::work& tx, const std::string& workspace_id, const std::string& month);

// Whether the job's calls are no longer kept with it.
bool CallsForgotten(pqxx::work& tx, const std::string& job_id);

}  // namespace callimport::job_scheduler

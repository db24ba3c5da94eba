// The SQL of forgetting jobs that ended long ago. Every function joins the caller's transaction.
#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "libs/common/clock.h"
#include "services/job-scheduler/domain/retention.h"

namespace callimport::job_scheduler {

// Jobs that ended before, and are not among the newest, oldest first: those whose calls are still
// kept, and those that can go altogether. Locked until the end of the transaction; what somebody
// else has locked is left out.
std::vector<std::string> LockJobsWithOldCalls(pqxx::work& tx, Timestamp ended_before,
                                              const Retention& retention, int limit);
std::vector<std::string> LockOldJobs(pqxx::work& tx, Timestamp ended_before,
                                     const Retention& retention, int limit);

// Syncs that found nothing new, at most `limit`; but for the last one of each source.
std::vector<std::string> LockEmptySyncs(pqxx::work& tx, Timestamp ended_before, int limit);

void MarkCallsForgotten(pqxx::work& tx, const std::string& job_id);
void MarkCallsCleaned(pqxx::work& tx, const std::string& job_id);

// What the job met, calls and other records, at most `limit` of it. Returns how many. The calls
// themselves stay: by them it is known that they were imported.
int64_t DeleteMetCalls(pqxx::work& tx, const std::string& job_id, int limit);

// The job with its checkpoint and warnings; nothing that it met is left by then.
void DeleteJob(pqxx::work& tx, const std::string& job_id);

}  // namespace callimport::job_scheduler

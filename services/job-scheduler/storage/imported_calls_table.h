// The SQL of imported_calls, but for leases. Every function joins the caller's transaction.
#pragma once

#include <pqxx/pqxx>
#include <string>
#include <unordered_set>
#include <vector>

#include "services/job-scheduler/domain/call_outcome.h"
#include "services/job-scheduler/domain/failure_cause.h"
#include "services/job-scheduler/domain/import_job.h"

namespace callimport::job_scheduler {

// A call on its way into the table.
struct NewCall {
  std::string call_id;
  // Of any length: an index holds crypto::KeyOfId of it.
  std::string source_call_id;
  // Set when the source's record could not be read: the call is stored as FAILED.
  std::string unreadable_reason;
};

// Stores those that the workspace does not have yet, as calls of the job. Returns their ids.
std::unordered_set<std::string> InsertNewCalls(pqxx::work& tx, const ImportJob& job,
                                               const std::vector<NewCall>& calls, Timestamp now);

struct KnownCall {
  std::string call_id;
  std::string source_call_id;
  // The job has failed it, as its record could not be read.
  bool unread_here = false;
};
std::vector<KnownCall> FindKnownCalls(pqxx::work& tx, const ImportJob& job,
                                      const std::vector<std::string>& source_call_ids);

// The source's ids of those that the job would neither store nor adopt.
std::unordered_set<std::string> FindSettledCalls(pqxx::work& tx, const ImportJob& job,
                                                 const std::vector<std::string>& source_call_ids);

// Gives the job those of the calls that other jobs failed to import or skipped, queued afresh.
// Returns their ids.
std::unordered_set<std::string> AdoptCalls(pqxx::work& tx, const std::string& job_id,
                                           const std::vector<std::string>& call_ids, Timestamp now);

// Gives those of the calls that one job skipped or failed to another that had failed them before.
// They stay failed; `why` is for what was skipped. Returns their ids.
std::unordered_set<std::string> GiveBackCalls(pqxx::work& tx, const std::string& from_job_id,
                                              const std::string& to_job_id,
                                              const std::vector<std::string>& call_ids,
                                              const Failed& why, Timestamp now);

// Queues those of the calls that the job has failed as their records could not be read. Returns
// their ids.
std::unordered_set<std::string> QueueReread(pqxx::work& tx, const std::string& job_id,
                                            const std::vector<std::string>& call_ids,
                                            Timestamp now);

// Queues failed calls of the job afresh, at most `limit`. Returns how many. A call whose record
// cannot be read stays failed.
int64_t RetryCalls(pqxx::work& tx, const std::string& job_id, const FailedCalls& which, int limit,
                   Timestamp now);

// The failed calls of the job by their reason, the most frequent first.
std::vector<FailureCause> ListCauses(pqxx::work& tx, const std::string& job_id);

// Fails at most `limit` calls of the job that no worker holds. Returns how many.
int64_t FailOpenCalls(pqxx::work& tx, const std::string& job_id, const Failed& why, int limit,
                      Timestamp now);

// Ends at most `limit` calls of the job that no worker holds. Returns how many.
int64_t SkipCalls(pqxx::work& tx, const std::string& job_id, int limit, Timestamp now);

struct UploadedCall {
  std::string call_id;
  std::string job_id;
  std::string engagement_id;
};
// The call with this content; it exists.
UploadedCall FindUploadedCall(pqxx::work& tx, const std::string& workspace_id,
                              const std::string& source_call_id);

}  // namespace callimport::job_scheduler

// The SQL of calls that a cancelled job did not import, and of the jobs that met them as duplicates
// or had failed them before. Every function joins the caller's transaction.
#pragma once

#include <map>
#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace callimport::job_scheduler {

// A page of a listing is stored from here to the end of the transaction.
void BeginPage(pqxx::work& tx, const std::string& workspace_id);
// Waits for the pages that are being stored: whatever they call a duplicate is to be seen
// afterwards, and pages that come later see what was skipped before.
void AwaitPages(pqxx::work& tx, const std::string& workspace_id);

struct CancelledJob {
  std::string job_id;
  std::string workspace_id;
};
// Those whose skipped calls nobody has looked after.
std::vector<CancelledJob> FindToHandOver(pqxx::work& tx, int limit);
void MarkHandedOver(pqxx::work& tx, const std::string& job_id);

struct LeftCalls {
  // By the job that is to have them. Cancelled jobs get nothing.
  std::map<std::string, std::vector<std::string>> of_heir;
  // Where to go on; empty: that was all.
  std::string last_call_id;
};
// Skipped calls of the job that others met as duplicates, after `after_call_id`; empty: from the
// first. The first that met one is to have it, rather one that still runs.
LeftCalls FindSkipped(pqxx::work& tx, const std::string& job_id, const std::string& after_call_id,
                      int limit);
// The same for what the job skipped or failed, and others had failed before: the newest of these is
// to have it.
LeftCalls FindTakenOver(pqxx::work& tx, const std::string& job_id, const std::string& after_call_id,
                        int limit);

// The heir has these now, with the records that the job kept. Returns how many were duplicates.
int64_t LinkInherited(pqxx::work& tx, const std::string& job_id, const std::string& heir_job_id,
                      const std::vector<std::string>& call_ids);

// The newest record of what was given back is the one that the cancelled job kept.
void KeepRecords(pqxx::work& tx, const std::string& job_id, const std::string& to_job_id,
                 const std::vector<std::string>& call_ids);

}  // namespace callimport::job_scheduler

// The SQL of import_jobs, but for its planner columns. Every function joins the caller's
// transaction.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <unordered_map>
#include <vector>

#include "services/job-scheduler/domain/import_job.h"

namespace callimport::job_scheduler {

struct JobRequest {
  // Empty when nobody repeats it.
  std::string request_id;
  std::string digest;
};

// False when the workspace has used this request id before.
bool InsertJob(pqxx::work& tx, const ImportJob& job, const JobRequest& request);

std::optional<ImportJob> FindJob(pqxx::work& tx, const std::string& workspace_id,
                                 const std::string& job_id);

struct RequestedJob {
  ImportJob job;
  std::string digest;
};
std::optional<RequestedJob> FindRequested(pqxx::work& tx, const std::string& workspace_id,
                                          const std::string& request_id);

struct JobList {
  std::string workspace_id;
  // All when empty.
  std::vector<JobState> states = {};
  // Only older ones; all when empty.
  std::string before_job_id = {};
  int limit = 0;
  // Empty: of all.
  std::string credential_id = {};
  std::vector<JobKind> kinds = {};
};
// Newest first.
std::vector<ImportJob> ListJobs(pqxx::work& tx, const JobList& list);

// Those that are not terminal.
std::vector<ImportJob> ListOpenJobs(pqxx::work& tx);
// Calls of theirs that are still to be imported.
int64_t CountOpenCalls(pqxx::work& tx);
std::vector<std::string> ListCancellingJobs(pqxx::work& tx);
struct JobStanding {
  JobState state = common::v1::JOB_STATE_PENDING;
  int64_t epoch = 1;
  std::string workspace_id = {};
  // Empty for uploads.
  std::string credential_id = {};
};
// By job; unlocked.
std::unordered_map<std::string, JobStanding> FindStandings(pqxx::work& tx,
                                                           const std::vector<std::string>& job_ids);
std::optional<ImportJob> FindJobAnywhere(pqxx::work& tx, const std::string& job_id);

// In the order of their ids, so that transactions which lock several never wait in a circle.
// Locks of calls are taken before these.
std::vector<ImportJob> LockJobs(pqxx::work& tx, const std::vector<std::string>& job_ids);

// Everything that may change after the job was made.
void SaveJob(pqxx::work& tx, const ImportJob& job);

}  // namespace callimport::job_scheduler

// The SQL of what the vault was told of jobs' credentials. Every function joins the caller's
// transaction.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "libs/common/clock.h"

namespace callimport::job_scheduler {

// A job, and the credential that it needs until it ends.
struct CredentialUse {
  std::string job_id;
  std::string workspace_id;
  std::string credential_id;
  // Unset while the job runs.
  std::optional<Timestamp> ended_at;
};

// Those of which the vault was told something else, after `after_job_id` in the order of their ids;
// empty: from the first.
std::vector<CredentialUse> ListUntold(pqxx::work& tx, const std::string& after_job_id, int limit);

// A release has reached the vault. A job that runs by now is marked as well, so that the release
// is taken back; one that has ended anew is not, as its new end is still to be told.
void MarkReleased(pqxx::work& tx, const std::string& job_id, Timestamp ended_at);

// The release is taken back of a job that runs.
void MarkRetained(pqxx::work& tx, const std::string& job_id);

// The job has ended, and its release comes again unless it runs by then.
void TellReleaseAgain(pqxx::work& tx, const std::string& job_id);

// The job runs again, and a release that was told, or is on its way, is taken back. Its next end
// is told in any case.
void TellRetainAgain(pqxx::work& tx, const std::string& job_id);

}  // namespace callimport::job_scheduler

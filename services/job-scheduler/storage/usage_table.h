// The SQL of usage_months. Every function joins the caller's transaction.
//
// A month is locked after calls and jobs, and before the feed.
#pragma once

#include <pqxx/pqxx>
#include <string>

#include "services/job-scheduler/domain/job_charge.h"

namespace callimport::job_scheduler {

struct MonthUsage {
  // Imported, or held by jobs that run.
  int64_t free_calls = 0;
  int64_t billed_calls = 0;
  int64_t billed_cents = 0;
};

MonthUsage FindUsage(pqxx::work& tx, const std::string& workspace_id, const std::string& month);

// The same, and nobody else changes it until the end of the transaction.
MonthUsage LockUsage(pqxx::work& tx, const std::string& workspace_id, const std::string& month);

void AddUsage(pqxx::work& tx, const std::string& workspace_id, const std::string& month,
              const UsageChange& change);

}  // namespace callimport::job_scheduler

// The SQL of import_jobs as the planner's queue, and of checkpoints. Every function joins the
// caller's transaction.
#pragma once

#include <chrono>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "libs/common/clock.h"

namespace callimport::job_scheduler {

// The right to list the calls of one job, fenced like a call's lease.
struct PlanLease {
  std::string job_id;
  int64_t number = 0;
  // Attempts in a row that have failed.
  int failures = 0;
};

// The job that waits longest.
std::optional<PlanLease> LeasePlan(pqxx::work& tx, const std::string& planner, Timestamp now,
                                   Timestamp until);
void RenewPlans(pqxx::work& tx, const std::vector<PlanLease>& leases, Timestamp until);

// Whether the lease is still the newest. The job is locked by then.
bool HoldsPlan(pqxx::work& tx, const PlanLease& lease);

// Gives the lease back; the job is not planned again before `after`.
void ReturnPlan(pqxx::work& tx, const PlanLease& lease, Timestamp after, int failures);

// What went wrong before is over.
void ForgetPlanFailures(pqxx::work& tx, const std::string& job_id);

// Lists the job anew from its checkpoint, at once.
void PlanAgain(pqxx::work& tx, const std::string& job_id, Timestamp now);

struct Checkpoint {
  // Empty: from the start.
  std::string cursor;
  std::optional<Timestamp> cursor_expires_at;
};

Checkpoint FindCheckpoint(pqxx::work& tx, const std::string& job_id);
void SaveCheckpoint(pqxx::work& tx, const std::string& job_id, const Checkpoint& checkpoint);

}  // namespace callimport::job_scheduler

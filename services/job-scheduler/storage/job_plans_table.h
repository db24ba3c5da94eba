// The SQL of import_jobs as the planner's queue, and of checkpoints. Every function joins the
// caller's transaction.
#pragma once

#include <chrono>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "libs/common/clock.h"
#include "services/job-scheduler/domain/import_job.h"

namespace callimport::job_scheduler {

// The right to list the calls of one job, fenced like a call's lease.
struct PlanLease {
  std::string job_id;
  int64_t number = 0;
};

// How many BULK jobs may run at once.
struct JobPlaces {
  // Of workspaces that have no number of their own.
  int of_workspace = 2;
  int of_credential = 1;
};

// The job that waits longest, of those that have a place.
std::optional<PlanLease> LeasePlan(pqxx::work& tx, const std::string& planner, Timestamp now,
                                   Timestamp until, const JobPlaces& places);

// Whether the job would find a place now, or runs already.
bool HasPlace(pqxx::work& tx, const std::string& job_id, Timestamp now, const JobPlaces& places);

void RenewPlans(pqxx::work& tx, const std::vector<PlanLease>& leases, Timestamp until);

// Whether the lease is still the newest. The job is locked by then.
bool HoldsPlan(pqxx::work& tx, const PlanLease& lease);

// Those of the leases that are not held any more, or whose jobs are not to be listed now; unlocked.
std::vector<std::string> FindLostPlans(pqxx::work& tx, const std::vector<PlanLease>& leases);

// Whoever lists the job loses its lease.
void RevokePlan(pqxx::work& tx, const std::string& job_id);

// Gives the lease back; the job is not planned again before `after`. Without `failures` their
// number stays as it is.
void ReturnPlan(pqxx::work& tx, const PlanLease& lease, Timestamp after,
                std::optional<int> failures);

// Attempts in a row that have failed.
int CountPlanFailures(pqxx::work& tx, const std::string& job_id);

// What went wrong before is over.
void ForgetPlanFailures(pqxx::work& tx, const std::string& job_id);

// Lists the job anew from its checkpoint, at once.
void PlanAgain(pqxx::work& tx, const std::string& job_id, Timestamp now);

// Where a listing goes on.
struct Checkpoint {
  // Empty: from the start of the part.
  std::string cursor;
  std::optional<Timestamp> cursor_expires_at;
  // The part of the job's range that is being listed, as the cursor knows it. Unset: all of it.
  std::optional<Window> part;
  // The start of the newest call that is stored of the part, which is listed oldest first.
  std::optional<Timestamp> high_water;
  // What the vendor lets one listing ask for; 0: any range.
  int max_range_days = 0;
};

Checkpoint FindCheckpoint(pqxx::work& tx, const std::string& job_id);
// Everything but max_range_days.
void SaveCheckpoint(pqxx::work& tx, const std::string& job_id, const Checkpoint& checkpoint);
// The range is counted, and its listing is about to begin.
void BeginCheckpoint(pqxx::work& tx, const std::string& job_id, int max_range_days);
// The job is about fewer calls than it was asked for.
void MoveRangeStart(pqxx::work& tx, const std::string& job_id, Timestamp start);

}  // namespace callimport::job_scheduler

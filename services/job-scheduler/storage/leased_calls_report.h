// Ends leased calls with what became of them, and adds that to their jobs. Joins the caller's
// transaction.
#pragma once

#include <functional>
#include <map>
#include <pqxx/pqxx>
#include <random>
#include <string>
#include <unordered_set>
#include <vector>

#include "services/job-scheduler/storage/call_leases_table.h"

namespace callimport::job_scheduler {

// Locks the jobs and adds to their numbers. They are not saved yet.
std::vector<ImportJob> AddTallies(pqxx::work& tx, const std::map<std::string, Tally>& tallies);

struct Ended {
  // Those whose leases were still held.
  std::unordered_set<std::string> call_ids;
  // Changed, and not saved yet.
  std::vector<ImportJob> jobs;
};
Ended EndCalls(pqxx::work& tx, const std::vector<Lease>& leases,
               const std::function<const Outcome&(const CallInWork&)>& outcome_of,
               const RetrySchedule& schedule, Timestamp now, std::minstd_rand& random);

}  // namespace callimport::job_scheduler

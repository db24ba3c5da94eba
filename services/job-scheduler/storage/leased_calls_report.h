// Ends leased calls with what became of them, and adds that to their jobs. Joins the caller's
// transaction.
#pragma once

#include <functional>
#include <map>
#include <pqxx/pqxx>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "services/job-scheduler/storage/call_leases_table.h"

namespace callimport::job_scheduler {

// Locks the jobs and adds to their numbers. They are not saved yet.
std::vector<ImportJob> AddTallies(pqxx::work& tx, const std::map<std::string, Tally>& tallies);

// Whether what was given out under this epoch is refused by now.
bool IsOlder(int64_t epoch, int64_t job_epoch);

struct Ended {
  // Those whose leases were still held.
  std::set<Lease> leases;
  // Changed, and not saved yet.
  std::vector<ImportJob> jobs;
  // By job: calls that came back without having been tried.
  std::map<std::string, int> untried;
  // By job: when the vendor's quota, which is used up, is there again.
  std::map<std::string, Timestamp> quota_waits;
  // By job: why nothing more is tried with its credential, which was refused for too long.
  std::map<std::string, Failed> given_up;
};

struct ReportedOutcome {
  const Outcome& outcome;
  // Of the job, when the lease was given; 0: not told.
  int64_t epoch = 0;
};
Ended EndCalls(pqxx::work& tx, const std::vector<Lease>& leases,
               const std::function<ReportedOutcome(const CallInWork&)>& report_of,
               const RetrySchedule& schedule, Timestamp now, std::minstd_rand& random);

}  // namespace callimport::job_scheduler

// The SQL of imported_calls as a queue: leases and how they end. Every function joins the
// caller's transaction.
#pragma once

#include <map>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "callimport/common/v1/call.pb.h"
#include "services/job-scheduler/domain/call_outcome.h"

namespace callimport::job_scheduler {

// Names one lease.
struct Lease {
  std::string call_id;
  int64_t number = 0;

  auto operator<=>(const Lease&) const = default;
};

struct LeasedCall {
  Lease lease;
  std::string job_id;
  std::string workspace_id;
  std::string credential_id;
  std::string platform;
  std::string correlation_id;
  common::v1::CallRecord record;
  int failures = 0;
  int64_t job_epoch = 1;
  WorkClass work_class = common::v1::WORK_CLASS_BULK;
};

struct LeaseTerms {
  std::string worker;
  Timestamp now;
  Timestamp until;
};

// At most so many due calls of each of these jobs, the longest due first; a lease that has expired
// makes its call due.
std::vector<LeasedCall> LeaseOfJobs(pqxx::work& tx, const LeaseTerms& terms,
                                    const std::map<std::string, int>& calls_of_job);

// Calls whose pause is over are due from here on; some thousand at a time.
void WakeDeferred(pqxx::work& tx, Timestamp now);

// This call, whatever else is due.
LeasedCall LeaseOneCall(pqxx::work& tx, const LeaseTerms& terms, const std::string& call_id);

struct HeldLease {
  Lease lease;
  Timestamp until;
  CallState stage = common::v1::CALL_STATE_DOWNLOADING;
  // The job is being cancelled, or paused.
  bool halted = false;
  int64_t job_epoch = 1;
};
// Those of the leases that are still held, unlocked.
std::vector<HeldLease> FindHeld(pqxx::work& tx, const std::vector<Lease>& leases);

struct LeaseProgress {
  Lease lease;
  CallState stage = common::v1::CALL_STATE_DOWNLOADING;
  // Of the job, when the lease was given; 0: not told.
  int64_t epoch = 0;
};
struct PassedStage {
  std::string job_id;
  std::string call_id;
  // Whether this is news.
  bool media_stored = false;
  bool transcript_ready = false;
};
// Extends the leases and keeps their stages. Leases that somebody is about to end are left alone.
std::vector<PassedStage> ExtendLeases(pqxx::work& tx, const std::vector<LeaseProgress>& leases,
                                      Timestamp until);

// Those of the leases that are still held, locked until the end of the transaction.
std::vector<CallInWork> LockHeld(pqxx::work& tx, const std::vector<Lease>& leases);

struct EndedAttempt {
  std::string call_id;
  Verdict verdict;
};
void EndAttempts(pqxx::work& tx, const std::vector<EndedAttempt>& attempts, Timestamp now);

// Back into the queue, with nothing counted. Returns the jobs of those that were held.
std::vector<std::string> ReturnLeased(pqxx::work& tx, const std::vector<Lease>& leases);

// The same for at most `limit` leases that have expired. Returns how many.
int64_t ReturnExpired(pqxx::work& tx, Timestamp now, int limit);

}  // namespace callimport::job_scheduler

// The SQL of imported_calls as a queue: leases and how they end. Every function joins the
// caller's transaction.
#pragma once

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
};

struct LeaseTerms {
  std::string worker;
  Timestamp now;
  Timestamp until;
};

// Due calls, the longest due first; a lease that has expired makes its call due.
std::vector<LeasedCall> LeaseDueCalls(pqxx::work& tx, const LeaseTerms& terms, int max_calls);

// This call, whatever else is due.
LeasedCall LeaseOneCall(pqxx::work& tx, const LeaseTerms& terms, const std::string& call_id);

struct HeldLease {
  Lease lease;
  Timestamp until;
  CallState stage = common::v1::CALL_STATE_DOWNLOADING;
  bool cancelled = false;
};
// Those of the leases that are still held, unlocked.
std::vector<HeldLease> FindHeld(pqxx::work& tx, const std::vector<Lease>& leases);

struct LeaseProgress {
  Lease lease;
  CallState stage = common::v1::CALL_STATE_DOWNLOADING;
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

// The same for leases that have expired, of at most `limit` calls that are longest due. Returns
// how many.
int64_t ReturnExpired(pqxx::work& tx, Timestamp now, int limit);

}  // namespace callimport::job_scheduler

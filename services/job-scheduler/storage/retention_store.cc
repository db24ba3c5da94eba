#include "services/job-scheduler/storage/retention_store.h"

#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "services/job-scheduler/storage/retention_table.h"

namespace callimport::job_scheduler {
namespace {

constexpr int kCallsPerTransaction = 5'000;
constexpr int kJobsPerTransaction = 500;

}  // namespace

absl::StatusOr<RetentionStore::Forgotten> RetentionStore::Forget() {
  Forgotten forgotten;
  for (bool found = true; found;) {
    ASSIGN_OR_RETURN(const int64_t calls, ForgetCallsOfOne(found));
    forgotten.calls += calls;
  }
  for (int64_t jobs = kJobsPerTransaction; jobs == kJobsPerTransaction;) {
    ASSIGN_OR_RETURN(jobs, ForgetJobs());
    forgotten.jobs += jobs;
  }
  for (int64_t syncs = kJobsPerTransaction; syncs == kJobsPerTransaction;) {
    ASSIGN_OR_RETURN(syncs, ForgetEmptySyncs());
    forgotten.jobs += syncs;
  }
  return forgotten;
}

absl::StatusOr<int64_t> RetentionStore::ForgetCallsOfOne(bool& found) {
  const Timestamp before = clock_.Now() - retention_.calls;
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> int64_t {
    const auto job_ids = LockJobsWithOldCalls(tx, before, retention_, 1);
    found = !job_ids.empty();
    if (!found) return 0;
    MarkCallsForgotten(tx, job_ids.front());
    const int64_t calls = DeleteMetCalls(tx, job_ids.front(), kCallsPerTransaction);
    if (calls < kCallsPerTransaction) MarkCallsCleaned(tx, job_ids.front());
    return calls;
  });
}

absl::StatusOr<int64_t> RetentionStore::ForgetEmptySyncs() {
  const Timestamp before = clock_.Now() - retention_.empty_syncs;
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    const auto job_ids = LockEmptySyncs(tx, before, kJobsPerTransaction);
    for (const std::string& job_id : job_ids) {
      // What it met again, in the time that syncs overlap.
      while (DeleteMetCalls(tx, job_id, kCallsPerTransaction) == kCallsPerTransaction) continue;
      DeleteJob(tx, job_id);
    }
    return static_cast<int64_t>(job_ids.size());
  });
}

absl::StatusOr<int64_t> RetentionStore::ForgetJobs() {
  const Timestamp before = clock_.Now() - retention_.jobs;
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    const auto job_ids = LockOldJobs(tx, before, retention_, kJobsPerTransaction);
    for (const std::string& job_id : job_ids) DeleteJob(tx, job_id);
    return static_cast<int64_t>(job_ids.size());
  });
}

}  // namespace callimport::job_scheduler

#include "services/job-scheduler/storage/cancelled_calls.h"

#include <vector>

#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "services/job-scheduler/storage/import_jobs_table.h"
#include "services/job-scheduler/storage/imported_calls_table.h"
#include "services/job-scheduler/storage/job_changes.h"

namespace callimport::job_scheduler {
namespace {

constexpr int kBatch = 5'000;

struct SkippedBatch {
  int64_t calls = 0;
  std::vector<ImportJob> changed;
};

bool IsCancelling(const ImportJob& job) { return job.state == common::v1::JOB_STATE_CANCELLING; }

SkippedBatch SkipBatch(pqxx::work& tx, const std::string& job_id, Timestamp now) {
  // A job leaves CANCELLING only for CANCELLED, so this look need not hold the job.
  const auto seen = FindJobAnywhere(tx, job_id);
  if (!seen || !IsCancelling(*seen)) return {};
  SkippedBatch batch{.calls = SkipCalls(tx, job_id, kBatch, now), .changed = {}};
  std::vector<ImportJob> jobs = LockJobs(tx, {job_id});
  for (ImportJob& job : jobs) {
    Add(job, {.skipped = batch.calls});
    const bool ended = Settle(job, now);
    if (ended || batch.calls > 0) batch.changed.push_back(std::move(job));
  }
  SaveAndAnnounce(tx, batch.changed);
  return batch;
}

}  // namespace

absl::Status SkipCancelledCalls(postgres::Pool& pool, ChangeListener& listener,
                                const std::string& job_id, Timestamp now) {
  while (true) {
    ASSIGN_OR_RETURN(const SkippedBatch batch, postgres::Transact(pool, [&](pqxx::work& tx) {
                       return SkipBatch(tx, job_id, now);
                     }));
    if (!batch.changed.empty()) listener.JobsChanged(batch.changed);
    if (batch.calls < kBatch) return absl::OkStatus();
  }
}

}  // namespace callimport::job_scheduler

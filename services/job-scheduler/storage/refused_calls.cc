#include "services/job-scheduler/storage/refused_calls.h"

#include <vector>

#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "services/job-scheduler/storage/import_jobs_table.h"
#include "services/job-scheduler/storage/imported_calls_table.h"
#include "services/job-scheduler/storage/job_changes.h"

namespace callimport::job_scheduler {
namespace {

constexpr int kBatch = 5'000;

struct FailedBatch {
  int64_t calls = 0;
  std::vector<ImportJob> changed;
};

FailedBatch FailBatch(pqxx::work& tx, const std::string& job_id, const Failed& why, Timestamp now) {
  FailedBatch batch{.calls = FailOpenCalls(tx, job_id, why, kBatch, now), .changed = {}};
  if (batch.calls == 0) return batch;
  batch.changed = LockJobs(tx, {job_id});
  for (ImportJob& job : batch.changed) {
    Add(job, {.failed = batch.calls, .errors = batch.calls, .last_error = why.message});
    Settle(job, now);
  }
  SaveAndAnnounce(tx, batch.changed);
  return batch;
}

}  // namespace

absl::Status FailRefusedCalls(postgres::Pool& pool, ChangeListener& listener,
                              const std::string& job_id, const Failed& why, Timestamp now) {
  while (true) {
    ASSIGN_OR_RETURN(const FailedBatch batch, postgres::Transact(pool, [&](pqxx::work& tx) {
                       return FailBatch(tx, job_id, why, now);
                     }));
    if (!batch.changed.empty()) listener.JobsChanged(batch.changed);
    if (batch.calls < kBatch) return absl::OkStatus();
  }
}

}  // namespace callimport::job_scheduler

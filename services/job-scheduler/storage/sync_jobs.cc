#include "services/job-scheduler/storage/sync_jobs.h"

#include "libs/common/ids.h"
#include "services/job-scheduler/storage/allowance.h"
#include "services/job-scheduler/storage/import_jobs_table.h"
#include "services/job-scheduler/storage/import_sync_configs_table.h"
#include "services/job-scheduler/storage/job_changes.h"
#include "services/job-scheduler/storage/sync_status_table.h"

namespace callimport::job_scheduler {
namespace {

ImportJob JobOf(const Source& source, const SyncOrder& order, Timestamp now) {
  ImportJob job;
  job.job_id = NewUuid();
  job.workspace_id = source.key.workspace_id;
  job.credential_id = source.key.credential_id;
  job.platform = source.platform;
  job.kind = order.plan.kind;
  job.work_class = order.plan.work_class;
  job.window = order.plan.window;
  job.created_by = order.actor;
  job.correlation_id = order.correlation_id;
  job.created_at = now;
  return job;
}

}  // namespace

ImportJob StartSync(pqxx::work& tx, Source& source, const SyncOrder& order,
                    const WorkspaceSettings& defaults, Timestamp now) {
  const ImportJob job = JobOf(source, order, now);
  SyncStatus status{.job_id = job.job_id,
                    .source = source.key,
                    .plan = order.plan,
                    .synced_before = source.synced_until};
  if (order.plan.newest_first) {
    status.call_limit = FindFreeCalls(tx, source.key.workspace_id, defaults, now).left;
  }
  InsertJob(tx, job, {});
  InsertSyncStatus(tx, status, now);
  BeginSync(source, job.job_id, order.plan.kind == JobKind::kReconciliation, now);
  SaveSource(tx, source);
  Announce(tx, {job});
  return job;
}

}  // namespace callimport::job_scheduler

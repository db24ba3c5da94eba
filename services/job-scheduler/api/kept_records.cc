#include "services/job-scheduler/api/kept_records.h"

#include <utility>

#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"
#include "services/job-scheduler/storage/plan_store.h"

namespace callimport::job_scheduler {

namespace gateway = adapter_gateway::v1;

absl::StatusOr<int64_t> KeptRecords::ReadFor(const ImportJob& job) {
  int64_t calls = 0;
  // Uploads have no account, and of a job that was never counted nothing was listed.
  if (job.credential_id.empty() || job.platform.empty()) return calls;
  gateway::RemapRequest request;
  request.set_workspace_id(job.workspace_id);
  request.set_credential_id(job.credential_id);
  do {
    ASSIGN_OR_RETURN(gateway::RemapResponse page, gateway_.Remap(request));
    request.set_page_token(page.next_page_token());
    if (page.records().empty()) continue;
    gateway::ReleaseRecordsRequest release;
    release.set_workspace_id(job.workspace_id);
    ListedCalls readable;
    readable.records.reserve(static_cast<size_t>(page.records_size()));
    for (gateway::RemappedRecord& record : *page.mutable_records()) {
      release.add_record_ids(record.record_id());
      readable.records.push_back(std::move(*record.mutable_call()));
    }
    ASSIGN_OR_RETURN(const int64_t queued,
                     store_.StoreReread(job.workspace_id, job.job_id, readable));
    RETURN_IF_ERROR(gateway_.Release(release).status());
    calls += queued;
  } while (!request.page_token().empty());
  if (calls > 0) {
    log::Info("records that were set aside can be read now",
              {{"job_id", job.job_id}, {"calls", calls}});
  }
  return calls;
}

}  // namespace callimport::job_scheduler

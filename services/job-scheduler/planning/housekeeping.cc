#include "services/job-scheduler/planning/housekeeping.h"

#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"

namespace callimport::job_scheduler {

Housekeeping::Housekeeping(QueueStore& queue, EventStore& events, RetentionStore& retention,
                           std::chrono::minutes keep_events)
    : queue_(queue),
      events_(events),
      retention_(retention),
      keep_events_(keep_events),
      depth_("import_queue_depth", "Calls that are still to be imported") {}

absl::Status Housekeeping::ReclaimLeases() { return queue_.Reclaim(); }

absl::Status Housekeeping::MeasureQueue() {
  ASSIGN_OR_RETURN(const int64_t open, queue_.CountOpen());
  depth_.Set(static_cast<double>(open));
  return absl::OkStatus();
}

absl::Status Housekeeping::ForgetOldEvents() {
  return events_.DeleteOlderThan(keep_events_).status();
}

absl::Status Housekeeping::ForgetOldJobs() {
  RETURN_IF_ERROR(queue_.ForgetIdle());
  ASSIGN_OR_RETURN(const RetentionStore::Forgotten forgotten, retention_.Forget());
  if (forgotten.calls + forgotten.jobs > 0) {
    log::Info("old imports were forgotten", {{"calls", forgotten.calls}, {"jobs", forgotten.jobs}});
  }
  return absl::OkStatus();
}

}  // namespace callimport::job_scheduler

#include "services/job-scheduler/planning/housekeeping.h"

#include "libs/common/status_macros.h"

namespace callimport::job_scheduler {

Housekeeping::Housekeeping(QueueStore& queue, EventStore& events, std::chrono::minutes keep_events)
    : queue_(queue),
      events_(events),
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

}  // namespace callimport::job_scheduler

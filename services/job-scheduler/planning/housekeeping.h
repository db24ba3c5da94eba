// What must be looked after again and again.
#pragma once

#include <chrono>

#include "absl/status/status.h"
#include "libs/telemetry/metrics.h"
#include "services/job-scheduler/storage/event_store.h"
#include "services/job-scheduler/storage/queue_store.h"
#include "services/job-scheduler/storage/retention_store.h"

namespace callimport::job_scheduler {

class Housekeeping {
 public:
  Housekeeping(QueueStore& queue, EventStore& events, RetentionStore& retention,
               std::chrono::minutes keep_events);

  // Calls of workers that were not heard of go back into the queue; those of cancelled jobs end.
  absl::Status ReclaimLeases();

  // How many calls there are still to import, for operators.
  absl::Status MeasureQueue();

  absl::Status ForgetOldEvents();
  absl::Status ForgetOldJobs();

 private:
  QueueStore& queue_;
  EventStore& events_;
  RetentionStore& retention_;
  const std::chrono::minutes keep_events_;
  metrics::Gauge depth_;
};

}  // namespace callimport::job_scheduler

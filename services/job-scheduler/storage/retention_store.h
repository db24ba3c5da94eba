// Forgets what ended long ago, in transactions of bounded size.
#pragma once

#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/domain/retention.h"

namespace callimport::job_scheduler {

class RetentionStore {
 public:
  RetentionStore(postgres::Pool& pool, Retention retention, const Clock& clock)
      : pool_(pool), retention_(retention), clock_(clock) {}

  struct Forgotten {
    // Links between jobs and calls, with the records.
    int64_t calls = 0;
    int64_t jobs = 0;
  };
  // All that is due. Replicas may do this side by side.
  absl::StatusOr<Forgotten> Forget();

 private:
  absl::StatusOr<int64_t> ForgetCallsOfOne(bool& found);
  absl::StatusOr<int64_t> ForgetJobs();
  absl::StatusOr<int64_t> ForgetEmptySyncs();

  postgres::Pool& pool_;
  const Retention retention_;
  const Clock& clock_;
};

}  // namespace callimport::job_scheduler

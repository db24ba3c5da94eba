// Checks, over one job, that everything happened exactly once. Reads one consistent moment.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/domain/effect_count.h"

namespace callimport::job_scheduler {

class EffectsStore {
 public:
  explicit EffectsStore(postgres::Pool& pool) : pool_(pool) {}

  struct Verified {
    // Met by the job, and not a duplicate when met.
    int64_t calls = 0;
    std::vector<EffectCount> effects;
  };
  // NOT_FOUND (JOB_NOT_FOUND). FAILED_PRECONDITION (CALLS_NOT_KEPT): the job ended so long ago that
  // its calls were cleaned away.
  absl::StatusOr<Verified> Verify(const std::string& workspace_id, const std::string& job_id);

 private:
  postgres::Pool& pool_;
};

}  // namespace callimport::job_scheduler

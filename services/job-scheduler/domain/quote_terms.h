// How quotes are made out.
#pragma once

#include <chrono>

#include "services/job-scheduler/domain/forecast.h"

namespace callimport::job_scheduler {

struct QuoteTerms {
  std::chrono::minutes valid{60};
  // Until imports of the platform have shown theirs.
  Pace assumed_pace{.slow = 0.1, .fast = 10};
};

}  // namespace callimport::job_scheduler

// The tables of retries and limits in force, as people read them.
#pragma once

#include <string>
#include <vector>

#include "callimport/job_scheduler/v1/job_scheduler.pb.h"
#include "services/job-scheduler/domain/retry_schedule.h"

namespace callimport::job_scheduler {

struct LimitRule {
  std::string name;
  int64_t value = 0;
  // For people.
  std::string meaning;
};

v1::ExplainPolicyResponse PolicyOf(const RetrySchedule& retries,
                                   const std::vector<LimitRule>& limits);

}  // namespace callimport::job_scheduler

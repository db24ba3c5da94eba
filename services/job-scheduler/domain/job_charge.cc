#include "services/job-scheduler/domain/job_charge.h"

#include <algorithm>

#include "services/job-scheduler/domain/pricing.h"

namespace callimport::job_scheduler {

UsageChange Recount(JobCharge& charge, int64_t completed, bool ended) {
  UsageChange change;
  if (!charge.IsMetered()) return change;
  const int64_t beyond = std::clamp<int64_t>(completed - charge.free_held, 0, charge.billable);
  // What is billed stays so, even when free calls come back to the job by a retry.
  const int64_t billed = std::max(charge.billed, beyond);
  change.billed_calls = billed - charge.billed;
  change.billed_cents = CostOf(change.billed_calls, charge.cost_per_call_cents);
  charge.billed = billed;
  if (!ended) return change;
  const int64_t used = std::clamp<int64_t>(completed - charge.billed, 0, charge.free_held);
  change.free_calls = used - charge.free_held;
  charge.free_held = used;
  return change;
}

}  // namespace callimport::job_scheduler

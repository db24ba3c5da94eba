#include "services/job-scheduler/domain/pricing.h"

#include <algorithm>
#include <limits>

namespace callimport::job_scheduler {

bool IsMetered(const std::optional<int32_t>& cost_per_call_cents) {
  return cost_per_call_cents.value_or(0) > 0;
}

int64_t CostOf(int64_t calls, int32_t cost_per_call_cents) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  if (calls <= 0 || cost_per_call_cents <= 0) return 0;
  return calls > kMost / cost_per_call_cents ? kMost : calls * cost_per_call_cents;
}

Price PriceOf(int64_t calls, const PriceTerms& terms) {
  if (!IsMetered(terms.cost_per_call_cents)) return {};
  Price price;
  price.free_calls = std::clamp<int64_t>(terms.free_calls_left, 0, std::max<int64_t>(calls, 0));
  price.billable_calls = std::max<int64_t>(calls, 0) - price.free_calls;
  price.total_cents = CostOf(price.billable_calls, *terms.cost_per_call_cents);
  return price;
}

}  // namespace callimport::job_scheduler

// What an import costs. Money is integer cents.
#pragma once

#include <cstdint>
#include <optional>

namespace callimport::job_scheduler {

// What the plan and the platform say.
struct PriceTerms {
  int64_t free_calls_included = 0;
  // In this month of the workspace.
  int64_t free_calls_left = 0;
  // Unset, or nothing: included in the plan, whatever is left.
  std::optional<int32_t> cost_per_call_cents;
};

struct Price {
  // Taken from what is left.
  int64_t free_calls = 0;
  // Beyond those.
  int64_t billable_calls = 0;
  int64_t total_cents = 0;
};

// Whether calls of the platform count against the plan at all.
bool IsMetered(const std::optional<int32_t>& cost_per_call_cents);

Price PriceOf(int64_t calls, const PriceTerms& terms);

// The most there is, instead of more than a number can hold.
int64_t CostOf(int64_t calls, int32_t cost_per_call_cents);

}  // namespace callimport::job_scheduler

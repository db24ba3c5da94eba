// What one job takes of its workspace's plan. Free calls are taken from the month before the job
// begins, so that nobody else is promised them; what it did not import is given back at its end.
#pragma once

#include <cstdint>
#include <string>

namespace callimport::job_scheduler {

struct JobCharge {
  // "2026-11", whose numbers these are. Empty: the calls are included in the plan, and nothing is
  // counted.
  std::string month;
  // Taken from the month's free calls.
  int64_t free_held = 0;
  // How many more may be billed: what was quoted, and never more.
  int64_t billable = 0;
  int32_t cost_per_call_cents = 0;
  // Billed so far.
  int64_t billed = 0;

  bool IsMetered() const { return !month.empty(); }
};

// How the numbers of a month change.
struct UsageChange {
  int64_t free_calls = 0;
  int64_t billed_calls = 0;
  int64_t billed_cents = 0;

  bool operator==(const UsageChange&) const = default;
};

// After so many calls of the job were imported: the free ones first, then those that are billed.
// Calls that are neither cost nothing. With `ended`, free calls that were not used are given back.
UsageChange Recount(JobCharge& charge, int64_t completed, bool ended);

}  // namespace callimport::job_scheduler

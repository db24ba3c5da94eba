// Finds where the newest calls begin at a source that lists the oldest first.
#pragma once

#include <functional>

#include "absl/status/statusor.h"
#include "services/job-scheduler/domain/import_job.h"

namespace callimport::job_scheduler {

// How many calls start in the window.
using CountIn = std::function<absl::StatusOr<int64_t>(const Window& window)>;

// The longest part of the window, up to its end, that holds at most so many calls, to the second.
// Walks back from the end in steps that grow, then halves the last one: a count each, some dozens
// at most. `limit` is above zero.
absl::StatusOr<Window> FindNewestPeriod(const Window& whole, int64_t limit, const CountIn& count);

}  // namespace callimport::job_scheduler

// One job's newest status, and what can be told from it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "callimport/common/v1/progress.pb.h"
#include "libs/common/clock.h"

namespace callimport::status_tracker {

struct ImportStatus {
  common::v1::JobStatus job;
  // Of job-scheduler's event log; a higher one is newer.
  int64_t revision = 0;
  // How fast calls were finished lately; 0 until that is known.
  double calls_per_second = 0;
};

bool IsTerminal(common::v1::JobState state);

// round(100 * processed / total); 0 while the total is unknown.
int32_t Percent(const common::v1::Progress& progress);

// From start (or creation, while it waits) to finish (or now).
std::chrono::milliseconds Elapsed(const common::v1::JobStatus& job, Timestamp now);

// At the recent speed. Nothing while the total or the speed is unknown, or the job does not run.
std::optional<std::chrono::milliseconds> Remaining(const ImportStatus& status);

}  // namespace callimport::status_tracker

// How long the rpcs take that people and dashboards ask most.
#pragma once

#include "absl/status/status.h"
#include "tests/bench/installation.h"
#include "tests/bench/report.h"

namespace callimport::bench {

// One after the other, on the calls of this job.
absl::Status MeasureReads(Installation& installation, const e2e::scheduler::ImportJob& job,
                          Report& report);

}  // namespace callimport::bench

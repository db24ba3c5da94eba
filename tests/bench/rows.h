// The rows of the benchmark. Each starts an installation of its own, so that none finds what
// another has left.
#pragma once

#include "absl/status/status.h"
#include "tests/bench/options.h"
#include "tests/bench/report.h"

namespace callimport::bench {

// How fast calls are listed and stored as work, with nobody working on them.
absl::Status MeasureListing(const Options& options, Report& report);

// Whole imports, with what they cost; then, on what was imported, the rpcs that only read.
absl::Status MeasureImport(const Options& options, Report& report);

// Big recordings through the whole path, against curl.
absl::Status MeasureMedia(const Options& options, Report& report);

// The queue alone: leases and outcomes, with the benchmark as worker.
absl::Status MeasureLease(const Options& options, Report& report);

// The same beside a long queue, and what becomes of a dead worker's call.
absl::Status MeasureCrowd(const Options& options, Report& report);

// One worker against two, while both wait for the vendor most of the time.
absl::Status MeasureScaling(const Options& options, Report& report);

// The vault alone: leases of access, and sealing.
absl::Status MeasureAccess(const Options& options, Report& report);

// What replicas of the gateway make of a vendor's limits, known and hidden.
absl::Status MeasureQuota(const Options& options, Report& report);

// Signed webhooks, each durable before its answer.
absl::Status MeasureWebhooks(const Options& options, Report& report);

// From an outcome to those who watch the job.
absl::Status MeasureWatch(const Options& options, Report& report);

}  // namespace callimport::bench

// What the configuration means, with its defaults.
#pragma once

#include <chrono>

#include "absl/status/statusor.h"
#include "services/job-scheduler/config.pb.h"
#include "services/job-scheduler/storage/queue_store.h"

namespace callimport::job_scheduler {

struct Settings {
  QueueTerms queue;
  int jobs_listed_at_once = 2;
  std::chrono::minutes keep_events{60};
};

// INVALID_ARGUMENT (CONFIG_INVALID) naming the field.
absl::StatusOr<Settings> SettingsFrom(const Config& config);

}  // namespace callimport::job_scheduler

// What the configuration means, with its defaults.
#pragma once

#include <chrono>
#include <vector>

#include "absl/status/statusor.h"
#include "services/job-scheduler/api/policy_messages.h"
#include "services/job-scheduler/config.pb.h"
#include "services/job-scheduler/domain/admission.h"
#include "services/job-scheduler/domain/quote_terms.h"
#include "services/job-scheduler/domain/retention.h"
#include "services/job-scheduler/domain/workspace_settings.h"
#include "services/job-scheduler/storage/queue_store.h"

namespace callimport::job_scheduler {

struct Settings {
  QueueTerms queue;
  int jobs_listed_at_once = 2;
  std::chrono::minutes keep_events{60};
  // Of workspaces that were not set.
  WorkspaceSettings workspaces;
  int bulk_jobs_per_credential = 1;
  QuoteTerms quotes;
  Retention retention;
  AdmissionLimits admission;
  // Of new sources.
  std::chrono::minutes sync_frequency{60};
};

// The limits that are the same for all workspaces, for people.
std::vector<LimitRule> LimitRulesOf(const Settings& settings);

// INVALID_ARGUMENT (CONFIG_INVALID) naming the field.
absl::StatusOr<Settings> SettingsFrom(const Config& config);

}  // namespace callimport::job_scheduler

// Who may start calls now, and how many: the limits, the windows and the waits for quota, put
// together for fair_share.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libs/common/clock.h"
#include "services/job-scheduler/domain/fair_share.h"
#include "services/job-scheduler/domain/start_limits.h"
#include "services/job-scheduler/domain/workspace_settings.h"

namespace callimport::job_scheduler {

// Workspace and credential.
using CredentialKey = std::pair<std::string, std::string>;

// A job that has calls in the queue, those that are leased included.
struct QueuedJob {
  std::string job_id;
  // The credential is empty for uploads, which are under no limits of one.
  CredentialKey credential;
  std::string platform;
  common::v1::WorkClass work_class = common::v1::WORK_CLASS_BULK;
  int priority = 0;
  bool run_now = false;
  // Paused, or being cancelled, or held by a mass import of its workspace.
  bool halted = false;
  // Not ended yet, and of these: under a lease.
  int64_t open_calls = 0;
  int64_t leased_calls = 0;
  // What one call takes of the vendor's quota; 0: as the platform's.
  double call_cost = 0;
};

struct QueueState {
  std::vector<QueuedJob> jobs;
  std::map<std::string, WorkspaceSettings> workspaces;
  std::map<CredentialKey, StartCount> starts;
  std::map<CredentialKey, std::vector<Parking>> parkings;
};

// Whether the job waits for the nightly window, and takes of its budget.
bool ObeysWindow(common::v1::WorkClass work_class, bool run_now);

struct Contest {
  std::vector<Contender> contenders;
  std::vector<int> rooms;
};

Contest ContestOf(const QueueState& state, const StartLimits& limits, Timestamp now);

// Adds what was handed out to the counts of the credentials; returns those that changed.
std::map<CredentialKey, StartCount> CountStarts(const QueueState& state,
                                                const std::map<std::string, int>& calls_of_job,
                                                Timestamp now);

}  // namespace callimport::job_scheduler

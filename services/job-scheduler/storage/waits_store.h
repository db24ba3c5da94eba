// What jobs wait for, and when they are likely to end. Every method is one transaction.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/domain/wait_reason.h"
#include "services/job-scheduler/storage/change_listener.h"
#include "services/job-scheduler/storage/job_plans_table.h"

namespace callimport::job_scheduler {

class WaitsStore {
 public:
  // `defaults`: of workspaces, where nothing was set.
  WaitsStore(postgres::Pool& pool, ChangeListener& listener, WorkspaceSettings defaults,
             const Clock& clock, int bulk_jobs_per_credential = 1)
      : pool_(pool),
        listener_(listener),
        defaults_(std::move(defaults)),
        clock_(clock),
        places_{defaults_.max_running_jobs, bulk_jobs_per_credential} {}

  struct Found {
    ImportJob job;
    // But for what the source says.
    WaitFacts facts;
  };
  // NOT_FOUND (JOB_NOT_FOUND). Changes nothing.
  absl::StatusOr<Found> Find(const std::string& workspace_id, const std::string& job_id);

  // What is in force for the workspace.
  absl::StatusOr<WorkspaceSettings> FindSettings(const std::string& workspace_id);

  // Running jobs that were not looked at for that long.
  absl::StatusOr<std::vector<Found>> FindUnwatched(std::chrono::seconds unseen, int limit);

  // Keeps what the job waits for by these facts, its pace, and when it is likely to end; announces
  // it when that is news. A job that has ended meanwhile is left alone.
  absl::Status Keep(const std::string& job_id, const WaitFacts& facts);

 private:
  postgres::Pool& pool_;
  ChangeListener& listener_;
  const WorkspaceSettings defaults_;
  const Clock& clock_;
  const JobPlaces places_;
};

}  // namespace callimport::job_scheduler

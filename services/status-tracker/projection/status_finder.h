// Finds one job's status: here, or where it is made when it has not arrived here yet or might not
// be the last word any more.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/clients/job_scheduler/job_events_client.h"
#include "services/status-tracker/domain/import_status.h"
#include "services/status-tracker/storage/status_store.h"

namespace callimport::status_tracker {

class StatusFinder {
 public:
  StatusFinder(StatusStore& store, job_scheduler::JobEventsClient& events)
      : store_(store), events_(events) {}

  // NOT_FOUND (JOB_NOT_FOUND) also for a job of another workspace. Blocks.
  absl::StatusOr<ImportStatus> Find(const std::string& workspace_id, const std::string& job_id);

 private:
  absl::StatusOr<ImportStatus> Ask(const std::string& workspace_id, const std::string& job_id);

  StatusStore& store_;
  job_scheduler::JobEventsClient& events_;
};

}  // namespace callimport::status_tracker

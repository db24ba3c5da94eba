// The read model of progress. Every method is one transaction.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/postgres/migrator.h"
#include "libs/postgres/pool.h"
#include "services/status-tracker/domain/import_status.h"

namespace callimport::status_tracker {

// The SQL of migrations/, in order.
const std::vector<postgres::Migration>& Migrations();

class StatusStore {
 public:
  explicit StatusStore(postgres::Pool& pool) : pool_(pool) {}

  // How far the job events were read; nothing before the first time.
  absl::StatusOr<std::optional<int64_t>> Cursor();

  // What was read, together with how far. At most one status for each job; older ones than the
  // stored are dropped.
  absl::Status Save(const std::vector<ImportStatus>& statuses, int64_t cursor);

  // A status that was asked for alone.
  absl::Status Remember(const ImportStatus& status);

  // Nothing also for a job of another workspace.
  absl::StatusOr<std::optional<ImportStatus>> Find(const std::string& workspace_id,
                                                   const std::string& job_id);

  // Jobs that had not ended when last heard of, which was before the revision.
  absl::StatusOr<std::vector<std::string>> ActiveJobsBefore(int64_t revision);

  absl::Status Forget(const std::vector<std::string>& job_ids);

  // Of jobs that ended that long ago. Whoever asks for one later is told by job-scheduler.
  absl::Status ForgetEnded(std::chrono::seconds age);

 private:
  postgres::Pool& pool_;
};

}  // namespace callimport::status_tracker

// What holds for workspaces, and what they have used of their plans. Every method is one
// transaction.
#pragma once

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "callimport/common/v1/actor.pb.h"
#include "libs/common/clock.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/domain/workspace_settings.h"
#include "services/job-scheduler/storage/allowance.h"

namespace callimport::job_scheduler {

class WorkspaceStore {
 public:
  // `defaults` hold for workspaces that were not set.
  WorkspaceStore(postgres::Pool& pool, WorkspaceSettings defaults, const Clock& clock)
      : pool_(pool), defaults_(std::move(defaults)), clock_(clock) {}

  // The workspace that other systems call so; the name itself when there is none.
  absl::StatusOr<std::string> Resolve(const std::string& name);

  absl::StatusOr<WorkspaceSettings> Find(const std::string& workspace_id);

  // FAILED_PRECONDITION (WORKSPACE_IN_MAINTENANCE) while a mass import holds the workspace.
  absl::Status CheckOpen(const std::string& workspace_id);

  // Writes down who did it. ALREADY_EXISTS (CUSTOMER_ID_TAKEN) when the customer id is another
  // workspace's, or another workspace's own id.
  absl::StatusOr<WorkspaceSettings> Update(const std::string& workspace_id,
                                           const WorkspaceChange& change,
                                           const common::v1::Actor& actor,
                                           const std::string& correlation_id);

  // Of this month when `month` is empty.
  absl::StatusOr<FreeCalls> Usage(const std::string& workspace_id, const std::string& month);

 private:
  postgres::Pool& pool_;
  const WorkspaceSettings defaults_;
  const Clock& clock_;
};

}  // namespace callimport::job_scheduler

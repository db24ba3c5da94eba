// Calls that were deleted, and of which something is left elsewhere. Every method is one
// transaction.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/storage/change_listener.h"
#include "services/job-scheduler/storage/forgotten_calls_table.h"

namespace callimport::job_scheduler {

class ForgottenCallsStore {
 public:
  ForgottenCallsStore(postgres::Pool& pool, ChangeListener& listener)
      : pool_(pool), listener_(listener) {}

  // The longest forgotten first.
  absl::StatusOr<std::vector<ForgottenCall>> List(int limit);

  // Nothing is left of these. The last one of a workspace opens it again.
  absl::Status Confirm(const std::vector<std::string>& call_ids);

 private:
  postgres::Pool& pool_;
  ChangeListener& listener_;
};

}  // namespace callimport::job_scheduler

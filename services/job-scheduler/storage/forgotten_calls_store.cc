#include "services/job-scheduler/storage/forgotten_calls_store.h"

#include <optional>

#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "services/job-scheduler/storage/mass_imports_table.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {

absl::StatusOr<std::vector<ForgottenCall>> ForgottenCallsStore::List(int limit) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return ListForgotten(tx, limit); });
}

absl::Status ForgottenCallsStore::Confirm(const std::vector<std::string>& call_ids) {
  RETURN_IF_ERROR(postgres::Transact(pool_, [&](pqxx::work& tx) {
    for (const std::string& workspace_id : DeleteForgotten(tx, call_ids)) {
      // One after the other, so that the last one sees that it is.
      LockResets(tx, workspace_id);
      if (CountForgotten(tx, workspace_id) == 0) SaveMaintenance(tx, workspace_id, std::nullopt);
    }
  }));
  listener_.CallsQueued();
  listener_.JobToPlan();
  return absl::OkStatus();
}

}  // namespace callimport::job_scheduler

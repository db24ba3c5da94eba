// What is remembered of mass imports. Every method is one transaction.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/postgres/pool.h"
#include "services/job-scheduler/domain/workspace_settings.h"
#include "services/job-scheduler/storage/mass_imports_table.h"

namespace callimport::job_scheduler {

class MassImportStore {
 public:
  // `defaults` hold for workspaces that were not set.
  MassImportStore(postgres::Pool& pool, const Clock& clock, WorkspaceSettings defaults = {})
      : pool_(pool), clock_(clock), defaults_(std::move(defaults)) {}

  // The one of this request, made now or before. ALREADY_EXISTS: MASS_IMPORT_RUNNING, or
  // REQUEST_ID_REUSED when the request was for another credential. FAILED_PRECONDITION
  // (WORKSPACE_IN_MAINTENANCE) while an earlier one is being reset.
  absl::StatusOr<MassImport> Begin(const MassImport& import);

  // NOT_FOUND (MASS_IMPORT_NOT_FOUND) when the workspace has none of this id; also below.
  absl::StatusOr<MassImport> Find(const std::string& workspace_id,
                                  const std::string& mass_import_id);
  absl::StatusOr<std::vector<MassImport>> ListOpen();

  // Marks the step as done, with its effect on the workspace. One that is done stays as it is.
  absl::StatusOr<MassImport> Record(const MassImport& import, MassStep step,
                                    const std::string& job_id = "");

  // It is to end as soon as its import is over.
  absl::StatusOr<MassImport> GiveUp(const std::string& workspace_id,
                                    const std::string& mass_import_id,
                                    const common::v1::Actor& actor,
                                    const std::string& correlation_id);

  struct ResetRequest {
    std::string workspace_id;
    std::string mass_import_id;
    // Count, and delete nothing.
    bool dry_run = false;
    std::string confirm_token;
    common::v1::Actor actor;
    std::string correlation_id;
  };
  struct ResetAnswer {
    BatchSize batch;
    std::string confirm_token;
    bool deleted = false;
    // Calls that were deleted, and of which something is still left elsewhere.
    int64_t pending_calls = 0;
  };
  // The workspace is closed until nothing of it is left anywhere: see ForgottenCallsStore.
  // FAILED_PRECONDITION: WORKSPACE_LIVE; MASS_IMPORT_RUNNING; IMPORTS_RUNNING; RESET_CHANGED when
  // what is there is not what was counted.
  absl::StatusOr<ResetAnswer> Reset(const ResetRequest& request);

 private:
  postgres::Pool& pool_;
  const Clock& clock_;
  const WorkspaceSettings defaults_;
};

}  // namespace callimport::job_scheduler

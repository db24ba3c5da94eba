#include "services/job-scheduler/storage/mass_import_store.h"

#include "absl/strings/str_cat.h"
#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "services/job-scheduler/storage/audit_table.h"
#include "services/job-scheduler/storage/forgotten_calls_table.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {
namespace {

using absl::StatusCode;

absl::Status NotFound(const std::string& mass_import_id) {
  return Error(StatusCode::kNotFound, "MASS_IMPORT_NOT_FOUND", "no mass import " + mass_import_id);
}

absl::Status Running(StatusCode code) {
  return Error(code, "MASS_IMPORT_RUNNING", "the workspace has a mass import that has not ended");
}

absl::StatusOr<MassImport> Lock(pqxx::work& tx, const std::string& workspace_id,
                                const std::string& mass_import_id) {
  auto import = LockMassImport(tx, workspace_id, mass_import_id);
  if (!import) return NotFound(mass_import_id);
  return *std::move(import);
}

void Audit(pqxx::work& tx, const MassImport& import, const std::string& action,
           const common::v1::Actor& actor, const std::string& correlation_id,
           const std::string& detail) {
  AppendAudit(tx, {.workspace_id = import.workspace_id,
                   .object_id = import.mass_import_id,
                   .action = action,
                   .actor = actor,
                   .correlation_id = correlation_id,
                   .detail = detail});
}

// Those who find the workspace closed are told of it.
absl::Status CheckEnd(const MassImport& import, Timestamp now) {
  return RequestCheck()
      .Require(!import.estimated_end || *import.estimated_end > now, "estimated_end_time",
               "must be yet to come")
      .Verdict();
}

void ChangeMaintenance(pqxx::work& tx, const MassImport& import, MassStep step, Timestamp now) {
  if (step == MassStep::kMaintenanceOn) {
    SaveMaintenance(
        tx, import.workspace_id,
        Maintenance{.since = now, .ends_at = import.estimated_end, .reason = import.reason});
  }
  if (step == MassStep::kMaintenanceOff) SaveMaintenance(tx, import.workspace_id, std::nullopt);
}

std::string TokenOf(const BatchSize& batch) {
  return absl::StrCat(batch.calls, "-", batch.engagements, "-", batch.other_records);
}

std::string DescribeReset(const BatchSize& batch) {
  return absl::StrCat(batch.calls, " calls with ", batch.engagements, " engagements, ",
                      batch.recordings, " recordings and ", batch.transcripts, " transcripts, and ",
                      batch.other_records, " other records are deleted");
}

absl::Status CheckResettable(pqxx::work& tx, const MassImport& import,
                             const WorkspaceSettings& workspace) {
  if (workspace.live) {
    return Error(StatusCode::kFailedPrecondition, "WORKSPACE_LIVE",
                 "the workspace is in productive use: nothing of it is deleted");
  }
  if (!import.DoneAt(MassStep::kMaintenanceOff)) return Running(StatusCode::kFailedPrecondition);
  if (!HasOpenJobs(tx, import.workspace_id)) return absl::OkStatus();
  return Error(StatusCode::kFailedPrecondition, "IMPORTS_RUNNING",
               "other imports of the workspace run, and may meet what is to be deleted");
}

}  // namespace

absl::StatusOr<MassImport> MassImportStore::Begin(const MassImport& import) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<MassImport> {
    LockResets(tx, import.workspace_id);
    if (CountForgotten(tx, import.workspace_id) > 0) {
      return Error(StatusCode::kFailedPrecondition, "WORKSPACE_IN_MAINTENANCE",
                   "what an earlier mass import stored is still being deleted");
    }
    if (InsertMassImport(tx, import)) {
      RETURN_IF_ERROR(CheckEnd(import, clock_.Now()));
      Audit(tx, import, "begin_mass_import", import.created_by, import.correlation_id,
            import.reason);
      return import;
    }
    auto first = FindRequestedMassImport(tx, import.workspace_id, import.request_id);
    if (!first) return Running(StatusCode::kAlreadyExists);
    if (first->credential_id != import.credential_id) {
      return Error(StatusCode::kAlreadyExists, "REQUEST_ID_REUSED",
                   "this request_id was used with other contents");
    }
    return *std::move(first);
  });
}

absl::StatusOr<MassImport> MassImportStore::Find(const std::string& workspace_id,
                                                 const std::string& mass_import_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<MassImport> {
    auto import = FindMassImport(tx, workspace_id, mass_import_id);
    if (!import) return NotFound(mass_import_id);
    return *std::move(import);
  });
}

absl::StatusOr<std::vector<MassImport>> MassImportStore::ListOpen() {
  return postgres::Transact(pool_, [](pqxx::work& tx) { return ListOpenMassImports(tx); });
}

absl::StatusOr<MassImport> MassImportStore::Record(const MassImport& import, MassStep step,
                                                   const std::string& job_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<MassImport> {
    ASSIGN_OR_RETURN(MassImport stored, Lock(tx, import.workspace_id, import.mass_import_id));
    auto& done_at = stored.done_at[static_cast<size_t>(step)];
    if (done_at) return stored;
    done_at = clock_.Now();
    if (!job_id.empty()) stored.job_id = job_id;
    ChangeMaintenance(tx, stored, step, *done_at);
    SaveMassImport(tx, stored);
    return stored;
  });
}

absl::StatusOr<MassImport> MassImportStore::GiveUp(const std::string& workspace_id,
                                                   const std::string& mass_import_id,
                                                   const common::v1::Actor& actor,
                                                   const std::string& correlation_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<MassImport> {
    ASSIGN_OR_RETURN(MassImport import, Lock(tx, workspace_id, mass_import_id));
    if (import.given_up || import.DoneAt(MassStep::kMaintenanceOff)) return import;
    import.given_up = true;
    SaveMassImport(tx, import);
    Audit(tx, import, "end_mass_import", actor, correlation_id, "");
    return import;
  });
}

absl::StatusOr<MassImportStore::ResetAnswer> MassImportStore::Reset(const ResetRequest& request) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<ResetAnswer> {
    ASSIGN_OR_RETURN(MassImport import, Lock(tx, request.workspace_id, request.mass_import_id));
    LockResets(tx, request.workspace_id);
    RETURN_IF_ERROR(
        CheckResettable(tx, import, FindWorkspace(tx, request.workspace_id, defaults_)));
    ResetAnswer answer;
    answer.pending_calls = CountForgotten(tx, request.workspace_id);
    if (!import.job_id.empty()) answer.batch = MeasureBatch(tx, import);
    answer.confirm_token = TokenOf(answer.batch);
    if (request.dry_run) return answer;
    if (request.confirm_token != answer.confirm_token) {
      return Error(StatusCode::kFailedPrecondition, "RESET_CHANGED",
                   "confirm_token is not that of the newest dry run");
    }
    answer.deleted = true;
    if (import.job_id.empty()) return answer;
    answer.pending_calls += DeleteBatch(tx, import, clock_.Now());
    if (answer.pending_calls > 0) {
      SaveMaintenance(tx, import.workspace_id,
                      Maintenance{.since = clock_.Now(),
                                  .ends_at = std::nullopt,
                                  .reason = "what a mass import stored is being deleted"});
    }
    import.reset_at = clock_.Now();
    SaveMassImport(tx, import);
    Audit(tx, import, "reset_run", request.actor, request.correlation_id,
          DescribeReset(answer.batch));
    return answer;
  });
}

}  // namespace callimport::job_scheduler

#include "services/job-scheduler/api/mass_imports_service.h"

#include <algorithm>

#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"
#include "services/job-scheduler/api/job_messages.h"
#include "services/job-scheduler/api/named_workspace.h"
#include "services/job-scheduler/api/request_checks.h"

namespace callimport::job_scheduler {
namespace {

constexpr size_t kMaxReasonBytes = 500;

absl::Status Check(const v1::BeginMassImportRequest& request) {
  return CheckWorkspaceId(request.workspace_id())
      .Require(IsUuid(request.request_id()), "request_id", "must be a UUID")
      .Require(IsUuid(request.credential_id()), "credential_id", "must be a UUID")
      .Require(!request.reason().empty() && request.reason().size() <= kMaxReasonBytes &&
                   request.reason().find('\0') == std::string::npos,
               "reason", "must be 1 to 500 bytes of text")
      .Require(!request.has_estimated_end_time() || IsSane(request.estimated_end_time()),
               "estimated_end_time", "must lie between the years 1970 and 2200")
      .Verdict();
}

absl::Status CheckMassImport(const std::string& workspace_id, const std::string& mass_import_id) {
  return CheckWorkspaceId(workspace_id)
      .Require(IsUuid(mass_import_id), "mass_import_id", "must be a UUID")
      .Verdict();
}

MassImport FromProto(const v1::BeginMassImportRequest& request, const common::v1::Actor& actor) {
  MassImport import;
  import.mass_import_id = NewUuid();
  import.workspace_id = request.workspace_id();
  import.credential_id = request.credential_id();
  import.request_id = request.request_id();
  import.reason = request.reason();
  if (request.has_estimated_end_time()) {
    import.estimated_end = callimport::FromProto(request.estimated_end_time());
  }
  import.created_by = actor;
  import.correlation_id = CurrentCorrelationId();
  return import;
}

v1::MassImport ToProto(const MassImport& import) {
  v1::MassImport message;
  message.set_mass_import_id(import.mass_import_id);
  message.set_workspace_id(import.workspace_id);
  message.set_credential_id(import.credential_id);
  for (size_t step = 0; step < kMassSteps; ++step) {
    if (!import.done_at[step]) continue;
    v1::MassImportStep& done = *message.add_steps();
    done.set_kind(static_cast<v1::MassImportStep::Kind>(step + 1));
    *done.mutable_time() = callimport::ToProto(*import.done_at[step]);
  }
  return message;
}

// Every call that is not a duplicate may have a recording.
common::v1::KindProgress MediaOf(const common::v1::Progress& progress) {
  common::v1::KindProgress media;
  media.set_kind(common::v1::RECORD_KIND_MEDIA);
  if (progress.listing_done()) {
    media.set_total(progress.listed_calls() - progress.duplicate_calls());
  }
  media.set_processed(progress.media_stored());
  return media;
}

// Each kind stands there once, wherever its records were counted.
void AddTo(common::v1::Progress& progress, const common::v1::KindProgress& more) {
  auto& kinds = *progress.mutable_kinds();
  const auto known = std::ranges::find(kinds, more.kind(), &common::v1::KindProgress::kind);
  if (known == kinds.end()) {
    *kinds.Add() = more;
    return;
  }
  known->set_processed(known->processed() + more.processed());
  if (known->has_total() && more.has_total()) {
    known->set_total(known->total() + more.total());
  } else {
    known->clear_total();
  }
}

}  // namespace

grpc::Status MassImportsService::BeginMassImport(grpc::ServerContext* context,
                                                 const v1::BeginMassImportRequest* request,
                                                 v1::BeginMassImportResponse* response) {
  return AnswerNamed(
      workspaces_, *context, *request, response,
      [&](const rpc::Caller& caller, const auto& named) { return Begin(caller, named); });
}

grpc::Status MassImportsService::GetMassImport(grpc::ServerContext* context,
                                               const v1::GetMassImportRequest* request,
                                               v1::GetMassImportResponse* response) {
  return AnswerNamed(workspaces_, *context, *request, response,
                     [&](const rpc::Caller&, const auto& named) { return Get(named); });
}

grpc::Status MassImportsService::ResetRun(grpc::ServerContext* context,
                                          const v1::ResetRunRequest* request,
                                          v1::ResetRunResponse* response) {
  return AnswerNamed(
      workspaces_, *context, *request, response,
      [&](const rpc::Caller& caller, const auto& named) { return Reset(caller, named); });
}

grpc::Status MassImportsService::EndMassImport(grpc::ServerContext* context,
                                               const v1::EndMassImportRequest* request,
                                               v1::EndMassImportResponse* response) {
  return AnswerNamed(
      workspaces_, *context, *request, response,
      [&](const rpc::Caller& caller, const auto& named) { return End(caller, named); });
}

absl::StatusOr<v1::BeginMassImportResponse> MassImportsService::Begin(
    const rpc::Caller& caller, const v1::BeginMassImportRequest& request) {
  RETURN_IF_ERROR(Check(request));
  ASSIGN_OR_RETURN(const MassImport begun, store_.Begin(FromProto(request, caller.ToActor())));
  log::Info("a mass import has begun", {{"mass_import_id", begun.mass_import_id}});
  v1::BeginMassImportResponse response;
  ASSIGN_OR_RETURN(*response.mutable_mass_import(), Show(GoOn(begun)));
  return response;
}

absl::StatusOr<v1::GetMassImportResponse> MassImportsService::Get(
    const v1::GetMassImportRequest& request) {
  RETURN_IF_ERROR(CheckMassImport(request.workspace_id(), request.mass_import_id()));
  ASSIGN_OR_RETURN(const MassImport found,
                   store_.Find(request.workspace_id(), request.mass_import_id()));
  v1::GetMassImportResponse response;
  ASSIGN_OR_RETURN(*response.mutable_mass_import(), Show(found));
  return response;
}

absl::StatusOr<v1::ResetRunResponse> MassImportsService::Reset(const rpc::Caller& caller,
                                                               const v1::ResetRunRequest& request) {
  RETURN_IF_ERROR(CheckMassImport(request.workspace_id(), request.mass_import_id()));
  ASSIGN_OR_RETURN(const auto reset, store_.Reset({.workspace_id = request.workspace_id(),
                                                   .mass_import_id = request.mass_import_id(),
                                                   .dry_run = request.dry_run(),
                                                   .confirm_token = request.confirm_token(),
                                                   .actor = caller.ToActor(),
                                                   .correlation_id = CurrentCorrelationId()}));
  v1::ResetRunResponse response;
  response.set_calls(reset.batch.calls);
  response.set_other_records(reset.batch.other_records);
  response.set_engagements(reset.batch.engagements);
  response.set_recordings(reset.batch.recordings);
  response.set_transcripts(reset.batch.transcripts);
  response.set_pending_calls(reset.pending_calls);
  response.set_confirm_token(reset.confirm_token);
  response.set_deleted(reset.deleted);
  return response;
}

absl::StatusOr<v1::EndMassImportResponse> MassImportsService::End(
    const rpc::Caller& caller, const v1::EndMassImportRequest& request) {
  RETURN_IF_ERROR(CheckMassImport(request.workspace_id(), request.mass_import_id()));
  ASSIGN_OR_RETURN(const MassImport ending,
                   store_.GiveUp(request.workspace_id(), request.mass_import_id(), caller.ToActor(),
                                 CurrentCorrelationId()));
  v1::EndMassImportResponse response;
  ASSIGN_OR_RETURN(*response.mutable_mass_import(), Show(GoOn(ending)));
  return response;
}

// What cannot be done now is done later, so the caller is shown how far it is.
MassImport MassImportsService::GoOn(const MassImport& import) {
  if (import.DoneAt(MassStep::kMaintenanceOff)) return import;
  const auto advanced = driver_.Advance(import);
  if (advanced.ok()) return *advanced;
  log::Warning("a mass import cannot go on; it is tried again",
               {{"mass_import_id", import.mass_import_id}, {"status", advanced.status()}});
  return store_.Find(import.workspace_id, import.mass_import_id).value_or(import);
}

absl::StatusOr<v1::MassImport> MassImportsService::Show(const MassImport& import) {
  v1::MassImport message = ToProto(import);
  if (import.job_id.empty()) return message;
  ASSIGN_OR_RETURN(ImportJob job, jobs_.Find(import.workspace_id, import.job_id));
  ASSIGN_OR_RETURN(const auto kinds, jobs_.CountKinds(import.workspace_id, import.job_id));
  for (const common::v1::KindProgress& kind : kinds) AddTo(job.progress, kind);
  AddTo(job.progress, MediaOf(job.progress));
  *message.mutable_job() = job_scheduler::ToProto(job);
  return message;
}

}  // namespace callimport::job_scheduler

#include "services/job-scheduler/api/sources_service.h"

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"
#include "services/job-scheduler/api/job_messages.h"
#include "services/job-scheduler/api/named_workspace.h"
#include "services/job-scheduler/api/request_checks.h"
#include "services/job-scheduler/api/source_messages.h"

namespace callimport::job_scheduler {
namespace {

template <typename Request>
SourceKey KeyOf(const Request& request) {
  return {.workspace_id = request.workspace_id(), .credential_id = request.credential_id()};
}

// What matters to who asks: whether the vault could say anything.
absl::Status VaultSays(const absl::Status& status) {
  if (!absl::IsUnavailable(status) && !absl::IsDeadlineExceeded(status)) return status;
  return Error(absl::StatusCode::kUnavailable, "VAULT_UNREACHABLE",
               "the credential cannot be asked for; try again later");
}

}  // namespace

grpc::Status SourcesService::ListSources(grpc::ServerContext* context,
                                         const v1::ListSourcesRequest* request,
                                         v1::ListSourcesResponse* response) {
  return AnswerNamed(parts_.workspaces, *context, *request, response,
                     [&](const rpc::Caller&, const auto& named) { return List(named); });
}

grpc::Status SourcesService::GetSource(grpc::ServerContext* context,
                                       const v1::GetSourceRequest* request,
                                       v1::GetSourceResponse* response) {
  return AnswerNamed(parts_.workspaces, *context, *request, response,
                     [&](const rpc::Caller&, const auto& named) { return Get(named); });
}

grpc::Status SourcesService::ConfigureSync(grpc::ServerContext* context,
                                           const v1::ConfigureSyncRequest* request,
                                           v1::ConfigureSyncResponse* response) {
  return AnswerNamed(
      parts_.workspaces, *context, *request, response,
      [&](const rpc::Caller& caller, const auto& named) { return Configure(caller, named); });
}

grpc::Status SourcesService::SyncNow(grpc::ServerContext* context,
                                     const v1::SyncNowRequest* request,
                                     v1::SyncNowResponse* response) {
  return AnswerNamed(
      parts_.workspaces, *context, *request, response,
      [&](const rpc::Caller& caller, const auto& named) { return Sync(caller, named); });
}

grpc::Status SourcesService::PreviewDisconnect(grpc::ServerContext* context,
                                               const v1::PreviewDisconnectRequest* request,
                                               v1::PreviewDisconnectResponse* response) {
  return AnswerNamed(parts_.workspaces, *context, *request, response,
                     [&](const rpc::Caller&, const auto& named) { return Preview(named); });
}

grpc::Status SourcesService::Disconnect(grpc::ServerContext* context,
                                        const v1::DisconnectRequest* request,
                                        v1::DisconnectResponse* response) {
  return AnswerNamed(
      parts_.workspaces, *context, *request, response,
      [&](const rpc::Caller& caller, const auto& named) { return Disconnect(caller, named); });
}

absl::StatusOr<v1::ListSourcesResponse> SourcesService::List(
    const v1::ListSourcesRequest& request) {
  RETURN_IF_ERROR(Check(request));
  const int size = PageSizeOf(request.page());
  ASSIGN_OR_RETURN(const auto sources,
                   parts_.sources.List(request.workspace_id(), request.page().page_token(), size));
  v1::ListSourcesResponse response;
  for (const SourceInWorkspace& source : sources) *response.add_sources() = ToProto(source);
  if (static_cast<int>(sources.size()) == size) {
    response.set_next_page_token(sources.back().source.key.credential_id);
  }
  return response;
}

absl::StatusOr<v1::GetSourceResponse> SourcesService::Get(const v1::GetSourceRequest& request) {
  RETURN_IF_ERROR(CheckSource(request.workspace_id(), request.credential_id()));
  ASSIGN_OR_RETURN(const SourceInWorkspace source, parts_.sources.Find(KeyOf(request)));
  v1::GetSourceResponse response;
  *response.mutable_source() = ToProto(source);
  if (source.source.health == SourceHealth::kDisconnected) return response;
  const auto breakers = BreakersOf(source.source.key);
  if (breakers) *response.mutable_source()->mutable_breakers() = *breakers;
  return response;
}

std::optional<v1::SourceBreakers> SourcesService::BreakersOf(const SourceKey& key) {
  adapter_gateway::v1::ExplainLimitsRequest request;
  request.set_workspace_id(key.workspace_id);
  request.set_credential_id(key.credential_id);
  const auto limits = parts_.quota.ExplainLimits(request, {});
  if (limits.ok()) return ToProto(*limits);
  log::Warning("cannot ask whether a source answers",
               {{"credential_id", key.credential_id}, {"status", limits.status()}});
  return std::nullopt;
}

absl::StatusOr<v1::ConfigureSyncResponse> SourcesService::Configure(
    const rpc::Caller& caller, const v1::ConfigureSyncRequest& request) {
  RETURN_IF_ERROR(Check(request));
  RETURN_IF_ERROR(parts_.workspaces.CheckOpen(request.workspace_id()));
  const SourceKey key = KeyOf(request);
  const SyncSettings settings = SettingsOf(request.settings());
  ASSIGN_OR_RETURN(SourceInWorkspace source, parts_.sources.Find(key));
  if (settings.enabled && source.source.ephemeral) RETURN_IF_ERROR(Promote(caller, key));
  ASSIGN_OR_RETURN(source, parts_.sources.Configure(key, settings, caller.ToActor()));
  log::Info("a sync was configured", {{"workspace_id", key.workspace_id},
                                      {"credential_id", key.credential_id},
                                      {"enabled", settings.enabled},
                                      {"minutes", settings.frequency.count()}});
  v1::ConfigureSyncResponse response;
  *response.mutable_source() = ToProto(source);
  return response;
}

absl::Status SourcesService::Promote(const rpc::Caller& caller, const SourceKey& key) {
  credential_manager::v1::PromoteRequest request;
  request.set_workspace_id(key.workspace_id);
  request.set_credential_id(key.credential_id);
  *request.mutable_actor() = caller.ToActor();
  return VaultSays(parts_.vault.Promote(request).status());
}

absl::StatusOr<v1::SyncNowResponse> SourcesService::Sync(const rpc::Caller& caller,
                                                         const v1::SyncNowRequest& request) {
  RETURN_IF_ERROR(CheckSource(request.workspace_id(), request.credential_id()));
  RETURN_IF_ERROR(parts_.workspaces.CheckOpen(request.workspace_id()));
  ASSIGN_OR_RETURN(const SyncStore::Started started,
                   parts_.syncs.StartNow(KeyOf(request), caller.ToActor()));
  v1::SyncNowResponse response;
  *response.mutable_job() = ToProto(started.job);
  response.set_joined(started.joined);
  return response;
}

absl::StatusOr<v1::PreviewDisconnectResponse> SourcesService::Preview(
    const v1::PreviewDisconnectRequest& request) {
  RETURN_IF_ERROR(CheckSource(request.workspace_id(), request.credential_id()));
  ASSIGN_OR_RETURN(const SourceWork work, parts_.disconnects.FindWork(KeyOf(request)));
  v1::PreviewDisconnectResponse response;
  response.set_calls_kept(work.calls);
  response.set_jobs_kept(work.jobs);
  response.set_running_jobs(static_cast<int64_t>(work.running_job_ids.size()));
  response.set_unfinished_calls(work.unfinished_calls);
  return response;
}

absl::StatusOr<v1::DisconnectResponse> SourcesService::Disconnect(
    const rpc::Caller& caller, const v1::DisconnectRequest& request) {
  RETURN_IF_ERROR(CheckSource(request.workspace_id(), request.credential_id()));
  RETURN_IF_ERROR(parts_.workspaces.CheckOpen(request.workspace_id()));
  const SourceKey key = KeyOf(request);
  ASSIGN_OR_RETURN(const std::vector<std::string> running,
                   parts_.disconnects.Disconnect(key, caller.ToActor()));
  v1::DisconnectResponse response;
  for (const std::string& job_id : running) {
    if (!request.cancel_running()) break;
    RETURN_IF_ERROR(parts_.jobs.Cancel(key.workspace_id, job_id).status());
    response.set_cancelled_jobs(response.cancelled_jobs() + 1);
  }
  // At once where nothing runs any more. What fails now is done soon by itself.
  const absl::Status destroyed = parts_.scheduler.DestroySecrets();
  if (!destroyed.ok()) log::Warning("a secret is still to be destroyed", {{"status", destroyed}});
  ASSIGN_OR_RETURN(const SourceInWorkspace source, parts_.sources.Find(key));
  *response.mutable_source() = ToProto(source);
  log::Info("a source was disconnected", {{"workspace_id", key.workspace_id},
                                          {"credential_id", key.credential_id},
                                          {"cancelled_jobs", response.cancelled_jobs()}});
  return response;
}

}  // namespace callimport::job_scheduler

// Sources: connected accounts as something that is kept up to date.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "callimport/job_scheduler/v1/sources.grpc.pb.h"
#include "libs/clients/adapter_gateway/quota_client.h"
#include "libs/clients/credential_manager/credential_lifecycle_client.h"
#include "libs/rpc/caller.h"
#include "services/job-scheduler/planning/sync_scheduler.h"
#include "services/job-scheduler/storage/job_store.h"
#include "services/job-scheduler/storage/workspace_store.h"

namespace callimport::job_scheduler {

class SourcesService final : public v1::Sources::Service {
 public:
  struct Parts {
    SourceStore& sources;
    SyncStore& syncs;
    DisconnectStore& disconnects;
    JobStore& jobs;
    SyncScheduler& scheduler;
    credential_manager::CredentialLifecycleClient& vault;
    WorkspaceStore& workspaces;
    adapter_gateway::QuotaClient& quota;
  };
  explicit SourcesService(const Parts& parts) : parts_(parts) {}

  grpc::Status ListSources(grpc::ServerContext* context, const v1::ListSourcesRequest* request,
                           v1::ListSourcesResponse* response) override;
  grpc::Status GetSource(grpc::ServerContext* context, const v1::GetSourceRequest* request,
                         v1::GetSourceResponse* response) override;
  grpc::Status ConfigureSync(grpc::ServerContext* context, const v1::ConfigureSyncRequest* request,
                             v1::ConfigureSyncResponse* response) override;
  grpc::Status SyncNow(grpc::ServerContext* context, const v1::SyncNowRequest* request,
                       v1::SyncNowResponse* response) override;
  grpc::Status PreviewDisconnect(grpc::ServerContext* context,
                                 const v1::PreviewDisconnectRequest* request,
                                 v1::PreviewDisconnectResponse* response) override;
  grpc::Status Disconnect(grpc::ServerContext* context, const v1::DisconnectRequest* request,
                          v1::DisconnectResponse* response) override;

 private:
  absl::StatusOr<v1::ListSourcesResponse> List(const v1::ListSourcesRequest& request);
  absl::StatusOr<v1::GetSourceResponse> Get(const v1::GetSourceRequest& request);
  // Nothing: the gateway cannot say.
  std::optional<v1::SourceBreakers> BreakersOf(const SourceKey& key);
  absl::StatusOr<v1::ConfigureSyncResponse> Configure(const rpc::Caller& caller,
                                                      const v1::ConfigureSyncRequest& request);
  absl::StatusOr<v1::SyncNowResponse> Sync(const rpc::Caller& caller,
                                           const v1::SyncNowRequest& request);
  absl::StatusOr<v1::PreviewDisconnectResponse> Preview(
      const v1::PreviewDisconnectRequest& request);
  absl::StatusOr<v1::DisconnectResponse> Disconnect(const rpc::Caller& caller,
                                                    const v1::DisconnectRequest& request);
  absl::Status Promote(const rpc::Caller& caller, const SourceKey& key);

  const Parts parts_;
};

}  // namespace callimport::job_scheduler

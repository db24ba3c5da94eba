// The OAuthConnections rpcs: people connect accounts by approving them in a browser.
#pragma once

#include "callimport/adapter_gateway/v1/oauth_connections.grpc.pb.h"
#include "libs/rpc/caller.h"
#include "services/adapter-gateway/oauth/oauth_flow.h"

namespace callimport::adapter_gateway {

class OAuthConnectionsService final : public v1::OAuthConnections::Service {
 public:
  explicit OAuthConnectionsService(OAuthFlow& flow) : flow_(flow) {}

  grpc::Status BeginOAuth(grpc::ServerContext* context, const v1::BeginOAuthRequest* request,
                          v1::BeginOAuthResponse* response) override;
  grpc::Status CompleteOAuth(grpc::ServerContext* context, const v1::CompleteOAuthRequest* request,
                             v1::CompleteOAuthResponse* response) override;
  grpc::Status GetOAuthAttempt(grpc::ServerContext* context,
                               const v1::GetOAuthAttemptRequest* request,
                               v1::GetOAuthAttemptResponse* response) override;

 private:
  absl::StatusOr<v1::BeginOAuthResponse> Begin(const rpc::Caller& caller,
                                               const v1::BeginOAuthRequest& request);
  absl::StatusOr<v1::CompleteOAuthResponse> Complete(const rpc::Caller& caller,
                                                     const v1::CompleteOAuthRequest& request);
  absl::StatusOr<v1::GetOAuthAttemptResponse> Get(const v1::GetOAuthAttemptRequest& request);

  OAuthFlow& flow_;
};

}  // namespace callimport::adapter_gateway

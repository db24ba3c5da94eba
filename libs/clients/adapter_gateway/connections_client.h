// Asking adapter-gateway for platforms, and to connect and verify keys.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "absl/status/statusor.h"
#include "callimport/adapter_gateway/v1/connections.pb.h"

namespace callimport::adapter_gateway {

// What Connections promises; its proto says which errors there are.
class ConnectionsClient {
 public:
  virtual ~ConnectionsClient() = default;

  virtual absl::StatusOr<v1::ListPlatformsResponse> ListPlatforms() = 0;
  // The vendor is asked meanwhile.
  virtual absl::StatusOr<v1::ConnectWithApiKeyResponse> Connect(
      const v1::ConnectWithApiKeyRequest& request) = 0;
  // So is it here, for no longer than somebody who creates a job wants to wait.
  virtual absl::StatusOr<v1::VerifyCredentialResponse> Verify(
      const v1::VerifyCredentialRequest& request) = 0;
};

std::unique_ptr<ConnectionsClient> MakeConnectionsClient(
    const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callimport::adapter_gateway

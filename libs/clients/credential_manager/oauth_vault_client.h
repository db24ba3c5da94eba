// Asking credential-manager for accounts that are approved in a browser. Only adapter-gateway does.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "absl/status/statusor.h"
#include "callimport/credential_manager/v1/oauth_vault.pb.h"

namespace callimport::credential_manager {

// What OAuthVault promises; its proto says which errors there are.
class OAuthVaultClient {
 public:
  virtual ~OAuthVaultClient() = default;
  virtual absl::StatusOr<v1::BeginOAuthResponse> BeginOAuth(
      const v1::BeginOAuthRequest& request) = 0;
  virtual absl::StatusOr<v1::CompleteOAuthResponse> CompleteOAuth(
      const v1::CompleteOAuthRequest& request) = 0;
  virtual absl::StatusOr<v1::RequestOAuthGrantResponse> RequestOAuthGrant(
      const v1::RequestOAuthGrantRequest& request) = 0;
  virtual absl::StatusOr<v1::KeepOAuthGrantResponse> KeepOAuthGrant(
      const v1::KeepOAuthGrantRequest& request) = 0;
  virtual absl::StatusOr<v1::DropOAuthGrantResponse> DropOAuthGrant(
      const v1::DropOAuthGrantRequest& request) = 0;
  virtual absl::StatusOr<v1::GetOAuthAttemptResponse> GetOAuthAttempt(
      const v1::GetOAuthAttemptRequest& request) = 0;
};

std::unique_ptr<OAuthVaultClient> MakeOAuthVaultClient(
    const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callimport::credential_manager

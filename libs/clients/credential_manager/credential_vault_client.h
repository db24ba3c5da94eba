// Asking credential-manager for secrets. Only adapter-gateway does.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "absl/status/statusor.h"
#include "callimport/credential_manager/v1/credential_vault.pb.h"

namespace callimport::credential_manager {

// What CredentialVault promises; its proto says which errors there are.
class CredentialVaultClient {
 public:
  virtual ~CredentialVaultClient() = default;
  virtual absl::StatusOr<v1::StoreCredentialResponse> StoreCredential(
      const v1::StoreCredentialRequest& request) = 0;
  virtual absl::StatusOr<v1::LeaseAccessResponse> LeaseAccess(
      const v1::LeaseAccessRequest& request) = 0;
  virtual absl::StatusOr<v1::RecordVerificationResponse> RecordVerification(
      const v1::RecordVerificationRequest& request) = 0;
};

std::unique_ptr<CredentialVaultClient> MakeCredentialVaultClient(
    const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callimport::credential_manager

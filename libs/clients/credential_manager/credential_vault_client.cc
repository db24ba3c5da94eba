#include "libs/clients/credential_manager/credential_vault_client.h"

#include "callimport/credential_manager/v1/credential_vault.grpc.pb.h"
#include "libs/rpc/invoke.h"

namespace callimport::credential_manager {
namespace {

using Stub = v1::CredentialVault::Stub;

// All three may be repeated: storing is keyed by its request id, the others change nothing twice.
const rpc::InvokeOptions kPatient{.timeout = std::chrono::seconds(10), .attempts = 3};

class GrpcCredentialVaultClient : public CredentialVaultClient {
 public:
  explicit GrpcCredentialVaultClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::CredentialVault::NewStub(channel)) {}

  absl::StatusOr<v1::StoreCredentialResponse> StoreCredential(
      const v1::StoreCredentialRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::StoreCredential, request, kPatient);
  }

  absl::StatusOr<v1::LeaseAccessResponse> LeaseAccess(
      const v1::LeaseAccessRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::LeaseAccess, request, kPatient);
  }

  absl::StatusOr<v1::RecordVerificationResponse> RecordVerification(
      const v1::RecordVerificationRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::RecordVerification, request, kPatient);
  }

 private:
  std::unique_ptr<Stub> stub_;
};

}  // namespace

std::unique_ptr<CredentialVaultClient> MakeCredentialVaultClient(
    const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcCredentialVaultClient>(channel);
}

}  // namespace callimport::credential_manager

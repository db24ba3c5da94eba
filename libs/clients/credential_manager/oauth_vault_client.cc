#include "libs/clients/credential_manager/oauth_vault_client.h"

#include "callimport/credential_manager/v1/oauth_vault.grpc.pb.h"
#include "libs/rpc/invoke.h"

namespace callimport::credential_manager {
namespace {

using Stub = v1::OAuthVault::Stub;

// These may be repeated.
const rpc::InvokeOptions kPatient{.timeout = std::chrono::seconds(12), .attempts = 3};
// A state and a code are good for one use.
const rpc::InvokeOptions kVendor{.timeout = std::chrono::seconds(12), .attempts = 1};

class GrpcOAuthVaultClient : public OAuthVaultClient {
 public:
  explicit GrpcOAuthVaultClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::OAuthVault::NewStub(channel)) {}

  absl::StatusOr<v1::BeginOAuthResponse> BeginOAuth(const v1::BeginOAuthRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::BeginOAuth, request, kVendor);
  }

  absl::StatusOr<v1::CompleteOAuthResponse> CompleteOAuth(
      const v1::CompleteOAuthRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::CompleteOAuth, request, kVendor);
  }

  absl::StatusOr<v1::RequestOAuthGrantResponse> RequestOAuthGrant(
      const v1::RequestOAuthGrantRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::RequestOAuthGrant, request, kVendor);
  }

  absl::StatusOr<v1::KeepOAuthGrantResponse> KeepOAuthGrant(
      const v1::KeepOAuthGrantRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::KeepOAuthGrant, request, kPatient);
  }

  absl::StatusOr<v1::DropOAuthGrantResponse> DropOAuthGrant(
      const v1::DropOAuthGrantRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::DropOAuthGrant, request, kPatient);
  }

  absl::StatusOr<v1::GetOAuthAttemptResponse> GetOAuthAttempt(
      const v1::GetOAuthAttemptRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::GetOAuthAttempt, request, kPatient);
  }

 private:
  std::unique_ptr<Stub> stub_;
};

}  // namespace

std::unique_ptr<OAuthVaultClient> MakeOAuthVaultClient(
    const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcOAuthVaultClient>(channel);
}

}  // namespace callimport::credential_manager

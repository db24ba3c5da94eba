// OAuthVault: accounts that are approved in a browser become credentials.
#pragma once

#include "absl/status/statusor.h"
#include "callimport/credential_manager/v1/oauth_vault.grpc.pb.h"
#include "libs/rpc/caller.h"
#include "services/credential-manager/oauth/account_connector.h"

namespace callimport::credential_manager {

class OAuthVaultService final : public v1::OAuthVault::Service {
 public:
  OAuthVaultService(AccountConnector& connector, const OAuthProviders& providers,
                    const Clock& clock)
      : connector_(connector), providers_(providers), clock_(clock) {}

  grpc::Status BeginOAuth(grpc::ServerContext* context, const v1::BeginOAuthRequest* request,
                          v1::BeginOAuthResponse* response) override;
  grpc::Status CompleteOAuth(grpc::ServerContext* context, const v1::CompleteOAuthRequest* request,
                             v1::CompleteOAuthResponse* response) override;
  grpc::Status RequestOAuthGrant(grpc::ServerContext* context,
                                 const v1::RequestOAuthGrantRequest* request,
                                 v1::RequestOAuthGrantResponse* response) override;
  grpc::Status KeepOAuthGrant(grpc::ServerContext* context,
                              const v1::KeepOAuthGrantRequest* request,
                              v1::KeepOAuthGrantResponse* response) override;
  grpc::Status DropOAuthGrant(grpc::ServerContext* context,
                              const v1::DropOAuthGrantRequest* request,
                              v1::DropOAuthGrantResponse* response) override;
  grpc::Status GetOAuthAttempt(grpc::ServerContext* context,
                               const v1::GetOAuthAttemptRequest* request,
                               v1::GetOAuthAttemptResponse* response) override;

 private:
  absl::StatusOr<v1::BeginOAuthResponse> Begin(const v1::BeginOAuthRequest& request);
  absl::StatusOr<v1::CompleteOAuthResponse> Complete(const rpc::Caller& caller,
                                                     const v1::CompleteOAuthRequest& request);
  absl::StatusOr<v1::RequestOAuthGrantResponse> Request(
      const v1::RequestOAuthGrantRequest& request);
  absl::StatusOr<v1::KeepOAuthGrantResponse> Keep(const rpc::Caller& caller,
                                                  const v1::KeepOAuthGrantRequest& request);
  absl::StatusOr<v1::DropOAuthGrantResponse> Drop(const rpc::Caller& caller,
                                                  const v1::DropOAuthGrantRequest& request);
  absl::StatusOr<v1::GetOAuthAttemptResponse> Get(const v1::GetOAuthAttemptRequest& request);
  v1::OAuthAttempt ToProto(const OAuthAttempt& attempt) const;

  AccountConnector& connector_;
  const OAuthProviders& providers_;
  const Clock& clock_;
};

}  // namespace callimport::credential_manager

// CredentialAdmin: what people may see and do. Never touches a secret but to destroy it.
#pragma once

#include "absl/status/statusor.h"
#include "callimport/credential_manager/v1/credential_admin.grpc.pb.h"
#include "libs/common/clock.h"
#include "libs/rpc/caller.h"
#include "services/credential-manager/oauth/providers.h"
#include "services/credential-manager/oauth/token_revoker.h"
#include "services/credential-manager/storage/credential_store.h"

namespace callimport::credential_manager {

class CredentialAdminService final : public v1::CredentialAdmin::Service {
 public:
  // `providers` may be null: then nothing is known of scopes; and `revoker`: then no vendor is told
  // of deletions.
  explicit CredentialAdminService(CredentialStore& store, const OAuthProviders* providers = nullptr,
                                  TokenRevoker* revoker = nullptr,
                                  const Clock& clock = SystemClock());

  grpc::Status ListCredentials(grpc::ServerContext* context,
                               const v1::ListCredentialsRequest* request,
                               v1::ListCredentialsResponse* response) override;
  grpc::Status GetCredential(grpc::ServerContext* context, const v1::GetCredentialRequest* request,
                             v1::GetCredentialResponse* response) override;
  grpc::Status DeleteCredential(grpc::ServerContext* context,
                                const v1::DeleteCredentialRequest* request,
                                v1::DeleteCredentialResponse* response) override;

 private:
  absl::StatusOr<v1::ListCredentialsResponse> List(const v1::ListCredentialsRequest& request);
  absl::StatusOr<v1::GetCredentialResponse> Get(const v1::GetCredentialRequest& request);
  absl::StatusOr<v1::DeleteCredentialResponse> Delete(const rpc::Caller& caller,
                                                      const v1::DeleteCredentialRequest& request);

  CredentialStore& store_;
  const OAuthProviders* const providers_;
  TokenRevoker* const revoker_;
  const Clock& clock_;
};

}  // namespace callimport::credential_manager

// The Connections rpcs: how people connect their vendor accounts.
#pragma once

#include "callimport/adapter_gateway/v1/connections.grpc.pb.h"
#include "libs/clients/credential_manager/credential_vault_client.h"
#include "libs/rpc/caller.h"
#include "services/adapter-gateway/platforms/platform_registry.h"
#include "services/adapter-gateway/sessions/access_leases.h"
#include "services/adapter-gateway/sessions/vendor_accounts.h"

namespace callimport::adapter_gateway {

class ConnectionsService final : public v1::Connections::Service {
 public:
  ConnectionsService(const PlatformRegistry& platforms,
                     credential_manager::CredentialVaultClient& vault, AccessLeases& leases,
                     VendorAccounts& accounts, const VendorLine& line)
      : platforms_(platforms), vault_(vault), leases_(leases), accounts_(accounts), line_(line) {}

  grpc::Status ListPlatforms(grpc::ServerContext* context, const v1::ListPlatformsRequest* request,
                             v1::ListPlatformsResponse* response) override;
  grpc::Status ConnectWithApiKey(grpc::ServerContext* context,
                                 const v1::ConnectWithApiKeyRequest* request,
                                 v1::ConnectWithApiKeyResponse* response) override;
  grpc::Status VerifyCredential(grpc::ServerContext* context,
                                const v1::VerifyCredentialRequest* request,
                                v1::VerifyCredentialResponse* response) override;

 private:
  absl::StatusOr<v1::ListPlatformsResponse> Platforms() const;
  v1::PlatformCondition ConditionOf(const Platform& platform) const;
  absl::StatusOr<v1::ConnectWithApiKeyResponse> Connect(
      const grpc::ServerContext& context, const rpc::Caller& caller,
      const v1::ConnectWithApiKeyRequest& request);
  absl::StatusOr<v1::VerifyCredentialResponse> Verify(const grpc::ServerContext& context,
                                                      const v1::VerifyCredentialRequest& request);
  absl::StatusOr<std::string> Store(const rpc::Caller& caller,
                                    const v1::ConnectWithApiKeyRequest& request,
                                    const Platform& platform, const AccountProfile& profile);
  // A verdict is an answer; everything else stays an error.
  absl::StatusOr<v1::VerifyCredentialResponse> AnswerOf(const absl::Status& verdict,
                                                        const AccountProfile& profile) const;
  absl::Status RecordVerdict(const v1::VerifyCredentialRequest& request,
                             const absl::Status& verdict, const AccountProfile& profile);

  const PlatformRegistry& platforms_;
  credential_manager::CredentialVaultClient& vault_;
  AccessLeases& leases_;
  VendorAccounts& accounts_;
  const VendorLine& line_;
};

}  // namespace callimport::adapter_gateway

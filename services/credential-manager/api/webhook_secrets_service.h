// WebhookSecrets: what vendors sign with. adapter-gateway is the only caller.
#pragma once

#include "absl/status/statusor.h"
#include "callimport/credential_manager/v1/webhook_secrets.grpc.pb.h"
#include "libs/common/clock.h"
#include "libs/rpc/caller.h"
#include "services/credential-manager/storage/webhook_secret_store.h"

namespace callimport::credential_manager {

class WebhookSecretsService final : public v1::WebhookSecrets::Service {
 public:
  WebhookSecretsService(WebhookSecretStore& store, const Clock& clock)
      : store_(store), clock_(clock) {}

  grpc::Status StoreWebhookSecret(grpc::ServerContext* context,
                                  const v1::StoreWebhookSecretRequest* request,
                                  v1::StoreWebhookSecretResponse* response) override;
  grpc::Status LeaseWebhookSecrets(grpc::ServerContext* context,
                                   const v1::LeaseWebhookSecretsRequest* request,
                                   v1::LeaseWebhookSecretsResponse* response) override;
  grpc::Status RecordWebhookSecretUse(grpc::ServerContext* context,
                                      const v1::RecordWebhookSecretUseRequest* request,
                                      v1::RecordWebhookSecretUseResponse* response) override;
  grpc::Status RetireWebhookSecret(grpc::ServerContext* context,
                                   const v1::RetireWebhookSecretRequest* request,
                                   v1::RetireWebhookSecretResponse* response) override;

 private:
  absl::StatusOr<v1::StoreWebhookSecretResponse> Store(
      const v1::StoreWebhookSecretRequest& request);
  absl::StatusOr<v1::LeaseWebhookSecretsResponse> Lease(
      const rpc::Caller& caller, const v1::LeaseWebhookSecretsRequest& request);
  absl::StatusOr<v1::RecordWebhookSecretUseResponse> Record(
      const v1::RecordWebhookSecretUseRequest& request);
  absl::StatusOr<v1::RetireWebhookSecretResponse> Retire(
      const v1::RetireWebhookSecretRequest& request);

  WebhookSecretStore& store_;
  const Clock& clock_;
};

}  // namespace callimport::credential_manager

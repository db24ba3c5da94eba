// Asking credential-manager for the secrets by which vendors sign. Only adapter-gateway does.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "absl/status/statusor.h"
#include "callimport/credential_manager/v1/webhook_secrets.pb.h"

namespace callimport::credential_manager {

// What WebhookSecrets promises; its proto says which errors there are.
class WebhookSecretsClient {
 public:
  virtual ~WebhookSecretsClient() = default;
  virtual absl::StatusOr<v1::StoreWebhookSecretResponse> Store(
      const v1::StoreWebhookSecretRequest& request) = 0;
  virtual absl::StatusOr<v1::LeaseWebhookSecretsResponse> Lease(
      const v1::LeaseWebhookSecretsRequest& request) = 0;
  virtual absl::Status RecordUse(const v1::RecordWebhookSecretUseRequest& request) = 0;
};

std::unique_ptr<WebhookSecretsClient> MakeWebhookSecretsClient(
    const std::shared_ptr<grpc::Channel>& channel);

}  // namespace callimport::credential_manager

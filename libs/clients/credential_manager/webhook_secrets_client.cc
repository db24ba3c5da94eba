#include "libs/clients/credential_manager/webhook_secrets_client.h"

#include "callimport/credential_manager/v1/webhook_secrets.grpc.pb.h"
#include "libs/rpc/invoke.h"

namespace callimport::credential_manager {
namespace {

using Stub = v1::WebhookSecrets::Stub;

// All may be repeated: storing is keyed by its request id. A vendor waits three seconds.
const rpc::InvokeOptions kShort{.timeout = std::chrono::milliseconds(1'500), .attempts = 2};
const rpc::InvokeOptions kPatient{.timeout = std::chrono::seconds(5), .attempts = 3};

class GrpcWebhookSecretsClient : public WebhookSecretsClient {
 public:
  explicit GrpcWebhookSecretsClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::WebhookSecrets::NewStub(channel)) {}

  absl::StatusOr<v1::StoreWebhookSecretResponse> Store(
      const v1::StoreWebhookSecretRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::StoreWebhookSecret, request, kPatient);
  }

  absl::StatusOr<v1::LeaseWebhookSecretsResponse> Lease(
      const v1::LeaseWebhookSecretsRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::LeaseWebhookSecrets, request, kShort);
  }

  absl::Status RecordUse(const v1::RecordWebhookSecretUseRequest& request) override {
    return rpc::Invoke(*stub_, &Stub::RecordWebhookSecretUse, request, kPatient).status();
  }

 private:
  std::unique_ptr<Stub> stub_;
};

}  // namespace

std::unique_ptr<WebhookSecretsClient> MakeWebhookSecretsClient(
    const std::shared_ptr<grpc::Channel>& channel) {
  return std::make_unique<GrpcWebhookSecretsClient>(channel);
}

}  // namespace callimport::credential_manager

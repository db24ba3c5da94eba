#include "services/credential-manager/api/webhook_secrets_service.h"

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"
#include "libs/telemetry/correlation.h"
#include "services/credential-manager/api/credential_messages.h"

namespace callimport::credential_manager {
namespace {

// A secret that was retired is used no longer than this.
constexpr auto kLeaseDuration = std::chrono::minutes(2);
constexpr size_t kMaxSecretBytes = 4096;

// PostgreSQL's text cannot hold a zero byte.
RequestCheck WorkspaceCheck(const std::string& workspace_id) {
  return RequestCheck().Require(IsWorkspaceId(workspace_id), "workspace_id",
                                "must be 1 to 64 letters, digits, '-', '_' or '.'");
}

template <typename Request>
RequestCheck SourceCheck(const Request& request) {
  return WorkspaceCheck(request.workspace_id())
      .Require(!request.platform().empty() && request.platform().size() <= 64, "platform",
               "must be 1 to 64 bytes of text")
      .Require(!request.source().empty() && request.source().size() <= 128, "source",
               "must be 1 to 128 bytes of text");
}

template <typename Request>
RequestCheck IdCheck(const Request& request) {
  return WorkspaceCheck(request.workspace_id())
      .Require(IsUuid(request.webhook_secret_id()), "webhook_secret_id", "must be a UUID");
}

template <typename Request>
WebhookSource SourceOf(const Request& request) {
  return {request.workspace_id(), request.platform(), request.source()};
}

AuditContext AuditAs(const std::string& actor) { return {actor, CurrentCorrelationId()}; }

}  // namespace

grpc::Status WebhookSecretsService::StoreWebhookSecret(grpc::ServerContext* context,
                                                       const v1::StoreWebhookSecretRequest* request,
                                                       v1::StoreWebhookSecretResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Store(*request); });
}

grpc::Status WebhookSecretsService::LeaseWebhookSecrets(
    grpc::ServerContext* context, const v1::LeaseWebhookSecretsRequest* request,
    v1::LeaseWebhookSecretsResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller& caller) { return Lease(caller, *request); });
}

grpc::Status WebhookSecretsService::RecordWebhookSecretUse(
    grpc::ServerContext* context, const v1::RecordWebhookSecretUseRequest* request,
    v1::RecordWebhookSecretUseResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Record(*request); });
}

grpc::Status WebhookSecretsService::RetireWebhookSecret(
    grpc::ServerContext* context, const v1::RetireWebhookSecretRequest* request,
    v1::RetireWebhookSecretResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Retire(*request); });
}

absl::StatusOr<v1::StoreWebhookSecretResponse> WebhookSecretsService::Store(
    const v1::StoreWebhookSecretRequest& request) {
  RETURN_IF_ERROR(
      SourceCheck(request)
          .Require(IsUuid(request.request_id()), "request_id", "must be a UUID")
          .Require(!request.secret().empty() && request.secret().size() <= kMaxSecretBytes,
                   "secret", "must be 1 to 4096 bytes")
          .Require(IsNamed(request.actor()), "actor", "must say for whom it is stored")
          .Verdict());
  ASSIGN_OR_RETURN(const WebhookSecret stored,
                   store_.Store(SourceOf(request), request.request_id(), Secret(request.secret()),
                                AuditAs(NameOf(request.actor()))));
  v1::StoreWebhookSecretResponse response;
  response.set_webhook_secret_id(stored.webhook_secret_id);
  *response.mutable_create_time() = callimport::ToProto(stored.created_at);
  return response;
}

absl::StatusOr<v1::LeaseWebhookSecretsResponse> WebhookSecretsService::Lease(
    const rpc::Caller& caller, const v1::LeaseWebhookSecretsRequest& request) {
  RETURN_IF_ERROR(SourceCheck(request).Verdict());
  ASSIGN_OR_RETURN(const auto opened, store_.Lease(SourceOf(request), AuditAs(caller.Identity())));
  v1::LeaseWebhookSecretsResponse response;
  for (const WebhookSecretStore::Opened& secret : opened) {
    v1::LeasedWebhookSecret& leased = *response.add_secrets();
    leased.set_webhook_secret_id(secret.facts.webhook_secret_id);
    leased.set_secret(secret.text.Reveal());
    *leased.mutable_create_time() = callimport::ToProto(secret.facts.created_at);
    if (secret.facts.last_used_at) {
      *leased.mutable_last_use_time() = callimport::ToProto(*secret.facts.last_used_at);
    }
  }
  *response.mutable_lease_expire_time() = callimport::ToProto(clock_.Now() + kLeaseDuration);
  return response;
}

absl::StatusOr<v1::RecordWebhookSecretUseResponse> WebhookSecretsService::Record(
    const v1::RecordWebhookSecretUseRequest& request) {
  RETURN_IF_ERROR(IdCheck(request).Verdict());
  RETURN_IF_ERROR(store_.RecordUse(request.workspace_id(), request.webhook_secret_id()));
  return v1::RecordWebhookSecretUseResponse();
}

absl::StatusOr<v1::RetireWebhookSecretResponse> WebhookSecretsService::Retire(
    const v1::RetireWebhookSecretRequest& request) {
  RETURN_IF_ERROR(IdCheck(request)
                      .Require(IsNamed(request.actor()), "actor", "must say for whom it is retired")
                      .Verdict());
  RETURN_IF_ERROR(store_.Retire(request.workspace_id(), request.webhook_secret_id(),
                                AuditAs(NameOf(request.actor()))));
  return v1::RetireWebhookSecretResponse();
}

}  // namespace callimport::credential_manager

#include "services/adapter-gateway/api/connections_service.h"

#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"
#include "services/adapter-gateway/api/connect_checks.h"
#include "services/adapter-gateway/api/request_checks.h"
#include "services/adapter-gateway/api/rpc_patience.h"

namespace callimport::adapter_gateway {
namespace {

namespace vault_v1 = credential_manager::v1;

CredentialFields FieldsOf(const v1::ConnectWithApiKeyRequest& request) {
  CredentialFields fields;
  for (const auto& [name, value] : request.fields()) {
    if (!value.empty()) fields.emplace(name, Secret(value));
  }
  return fields;
}

// Nothing can be stored while the vendor does not answer; the caller learns it as a condition.
absl::Status AsCondition(const absl::Status& status) {
  if (!absl::IsUnavailable(status) && ReasonOf(status) != "BREAKER_OPEN") return status;
  return Error(absl::StatusCode::kFailedPrecondition, "VENDOR_UNREACHABLE",
               std::string(status.message()));
}

bool IsVerdictOnKey(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  return status.ok() || reason == "INVALID_KEY" || reason == "MISSING_PERMISSION";
}

vault_v1::StoreCredentialRequest ToStoreRequest(const v1::ConnectWithApiKeyRequest& request,
                                                const common::v1::PlatformDescriptor& platform) {
  vault_v1::StoreCredentialRequest store;
  store.set_request_id(request.request_id());
  store.set_workspace_id(request.workspace_id());
  store.set_platform(platform.platform());
  const bool one_job = request.for_one_job();
  store.set_retention(one_job ? vault_v1::RETENTION_EPHEMERAL : vault_v1::RETENTION_PERSISTENT);
  // Beside the account's own credential, whichever there is.
  store.set_account_ref(one_job ? "import-" + request.request_id() : request.account_ref());
  store.set_replace(request.replace());
  for (const common::v1::CredentialField& field : platform.credential_fields()) {
    const auto value = request.fields().find(field.name());
    if (value == request.fields().end() || value->second.empty()) continue;
    auto& fields = field.secret() ? *store.mutable_secret_fields() : *store.mutable_public_fields();
    fields[field.name()] = value->second;
  }
  return store;
}

}  // namespace

grpc::Status ConnectionsService::ListPlatforms(grpc::ServerContext* context,
                                               const v1::ListPlatformsRequest*,
                                               v1::ListPlatformsResponse* response) {
  return rpc::Answer(*context, response, [&](const rpc::Caller&) { return Platforms(); });
}

grpc::Status ConnectionsService::ConnectWithApiKey(grpc::ServerContext* context,
                                                   const v1::ConnectWithApiKeyRequest* request,
                                                   v1::ConnectWithApiKeyResponse* response) {
  return rpc::Answer(*context, *request, response, [&](const rpc::Caller& caller) {
    return Connect(*context, caller, *request);
  });
}

grpc::Status ConnectionsService::VerifyCredential(grpc::ServerContext* context,
                                                  const v1::VerifyCredentialRequest* request,
                                                  v1::VerifyCredentialResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Verify(*context, *request); });
}

absl::StatusOr<v1::ListPlatformsResponse> ConnectionsService::Platforms() const {
  v1::ListPlatformsResponse response;
  for (const common::v1::PlatformDescriptor& platform : platforms_.Descriptors()) {
    *response.add_platforms() = platform;
    const Platform* known = platforms_.Find(platform.platform());
    if (known->adapter) *response.add_conditions() = ConditionOf(*known);
  }
  return response;
}

v1::PlatformCondition ConnectionsService::ConditionOf(const Platform& platform) const {
  v1::PlatformCondition condition;
  condition.set_platform(platform.descriptor.platform());
  condition.set_open_breakers(line_.breakers.CountOpen(platform.descriptor.platform()));
  const auto looked = platform.terms.sentinel->last_look();
  if (looked) *condition.mutable_contract_check_time() = ToProto(*looked);
  for (const std::string& field : platform.terms.sentinel->Drifting()) {
    condition.add_missing_fields(field);
  }
  for (const QuotaBroker::Measured& each : line_.quota.MeasuredOf(platform.descriptor.platform())) {
    v1::MeasuredLimit& limit = *condition.add_measured_limits();
    limit.set_group(each.window.group);
    limit.set_period_seconds(
        static_cast<int32_t>(std::chrono::floor<std::chrono::seconds>(each.window.period).count()));
    limit.set_declared_limit(static_cast<int32_t>(each.window.limit));
    limit.set_measured_limit(static_cast<int32_t>(each.limit));
    limit.set_accounts(each.accounts);
  }
  return condition;
}

absl::StatusOr<v1::ConnectWithApiKeyResponse> ConnectionsService::Connect(
    const grpc::ServerContext& context, const rpc::Caller& caller,
    const v1::ConnectWithApiKeyRequest& request) {
  RETURN_IF_ERROR(CheckOneJob(request, caller));
  const Platform* platform = platforms_.Find(request.platform());
  RETURN_IF_ERROR(CheckConnect(request, platform));
  ASSIGN_OR_RETURN(const VendorAccount account, OpenAccount(*platform, FieldsOf(request)));
  VendorSession session = account.Session(line_, InteractivePatience(context, line_.clock));
  const auto profile = account.CheckAccess(session);
  if (!profile.ok()) return AsCondition(profile.status());
  v1::ConnectWithApiKeyResponse response;
  ASSIGN_OR_RETURN(*response.mutable_credential_id(), Store(caller, request, *platform, *profile));
  leases_.Drop(request.workspace_id(), response.credential_id());
  response.set_account_name(profile->name);
  response.set_account_email(profile->email);
  for (const std::string& warning : profile->warnings) response.add_warnings(warning);
  return response;
}

absl::StatusOr<std::string> ConnectionsService::Store(const rpc::Caller& caller,
                                                      const v1::ConnectWithApiKeyRequest& request,
                                                      const Platform& platform,
                                                      const AccountProfile& profile) {
  vault_v1::StoreCredentialRequest store = ToStoreRequest(request, platform.descriptor);
  store.set_account_name(profile.name);
  store.set_account_email(profile.email);
  *store.mutable_actor() = caller.ToActor();
  ASSIGN_OR_RETURN(const auto stored, vault_.StoreCredential(store));
  return stored.credential().credential_id();
}

absl::StatusOr<v1::VerifyCredentialResponse> ConnectionsService::Verify(
    const grpc::ServerContext& context, const v1::VerifyCredentialRequest& request) {
  RETURN_IF_ERROR(CheckCredentialRequest(request.workspace_id(), request.credential_id()));
  // What counts is what the vault holds now.
  leases_.Drop(request.workspace_id(), request.credential_id());
  const auto account = accounts_.Open(request.workspace_id(), request.credential_id());
  // Of tokens that are over the vault itself knows.
  if (!account.ok()) return AnswerOf(account.status(), {});
  VendorSession session = account->Session(line_, InteractivePatience(context, line_.clock));
  const auto profile = account->CheckAccess(session);
  const AccountProfile seen = profile.ok() ? *profile : AccountProfile();
  const absl::Status verdict = AsCondition(profile.status());
  if (IsVerdictOnKey(verdict)) RETURN_IF_ERROR(RecordVerdict(request, verdict, seen));
  return AnswerOf(verdict, seen);
}

absl::StatusOr<v1::VerifyCredentialResponse> ConnectionsService::AnswerOf(
    const absl::Status& verdict, const AccountProfile& profile) const {
  if (!IsVerdictOnKey(verdict) && ReasonOf(verdict) != "VENDOR_UNREACHABLE") return verdict;
  v1::VerifyCredentialResponse response;
  response.set_accepted(verdict.ok());
  response.set_reason(ReasonOf(verdict));
  response.set_message(std::string(verdict.message()));
  response.set_account_name(profile.name);
  response.set_account_email(profile.email);
  *response.mutable_verify_time() = ToProto(line_.clock.Now());
  return response;
}

absl::Status ConnectionsService::RecordVerdict(const v1::VerifyCredentialRequest& request,
                                               const absl::Status& verdict,
                                               const AccountProfile& profile) {
  accounts_.Learn(request.workspace_id(), request.credential_id(), verdict);
  vault_v1::RecordVerificationRequest record;
  record.set_workspace_id(request.workspace_id());
  record.set_credential_id(request.credential_id());
  record.set_accepted(verdict.ok());
  record.set_reason(ReasonOf(verdict));
  record.set_account_name(profile.name);
  record.set_account_email(profile.email);
  return vault_.RecordVerification(record).status();
}

}  // namespace callimport::adapter_gateway

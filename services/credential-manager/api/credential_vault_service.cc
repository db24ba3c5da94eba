#include "services/credential-manager/api/credential_vault_service.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"
#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"
#include "services/credential-manager/api/credential_messages.h"

namespace callimport::credential_manager {
namespace {

// A key that was deleted or replaced is used no longer than this.
constexpr auto kLeaseDuration = std::chrono::minutes(2);
// A token with less left is looked at before it is leased.
constexpr auto kTokenSpare = std::chrono::seconds(30);
// Most of those who wait here wait for the same few tokens.
constexpr int kRefreshThreads = 16;
constexpr size_t kMaxWaitingForTokens = 1'000;
constexpr int kMaxFields = 20;
constexpr size_t kMaxFieldBytes = 16 << 10;
constexpr char kNameBounds[] = "must be at most 256 bytes of text";
constexpr char kEmailBounds[] = "must be at most 320 bytes of text";

// PostgreSQL's text cannot hold a zero byte.
template <typename Map>
bool FitsIn(const Map& fields) {
  if (fields.size() > kMaxFields) return false;
  for (const auto& [name, value] : fields) {
    if (name.empty() || name.size() > 64 || value.size() > kMaxFieldBytes) return false;
  }
  return true;
}

// "INVALID_KEY": becomes a label of a metric, so it must be one of few words.
bool IsReason(const std::string& text) {
  return text.size() <= 63 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

absl::Status Check(const v1::StoreCredentialRequest& request) {
  constexpr char kFieldBounds[] =
      "at most 20 fields with names up to 64 and values up to 16384 bytes";
  return RequestCheck()
      .Require(IsUuid(request.request_id()), "request_id", "must be a UUID")
      .Require(IsWorkspaceId(request.workspace_id()), "workspace_id",
               "must be 1 to 64 letters, digits, '-', '_' or '.'")
      .Require(!request.platform().empty() && request.platform().size() <= 64, "platform",
               "must be 1 to 64 bytes of text")
      .Require(request.retention() == v1::RETENTION_EPHEMERAL ||
                   request.retention() == v1::RETENTION_PERSISTENT,
               "retention", "must be EPHEMERAL or PERSISTENT")
      .Require(request.account_ref().size() <= 128, "account_ref",
               "must be at most 128 bytes of text")
      .Require(request.account_name().size() <= 256, "account_name", kNameBounds)
      .Require(request.account_email().size() <= 320, "account_email", kEmailBounds)
      .Require(!request.secret_fields().empty(), "secret_fields", "must not be empty")
      .Require(FitsIn(request.secret_fields()), "secret_fields", kFieldBounds)
      .Require(FitsIn(request.public_fields()), "public_fields", kFieldBounds)
      .Require(IsNamed(request.actor()), "actor", "must say for whom the credential is stored")
      .Verdict();
}

template <typename Request>
RequestCheck IdsCheck(const Request& request) {
  return RequestCheck()
      .Require(IsWorkspaceId(request.workspace_id()), "workspace_id",
               "must be 1 to 64 letters, digits, '-', '_' or '.'")
      .Require(IsUuid(request.credential_id()), "credential_id", "must be a UUID");
}

Verdict VerdictOf(const v1::RecordVerificationRequest& request) {
  return {.accepted = request.accepted(),
          .reason = request.reason(),
          .account_name = request.account_name(),
          .account_email = request.account_email()};
}

AuditContext AuditAs(const std::string& actor) { return {actor, CurrentCorrelationId()}; }

// As long as the caller waits, within bounds.
std::chrono::milliseconds PatienceOf(const grpc::CallbackServerContext& context) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      context.deadline() - std::chrono::system_clock::now());
  return std::min(left, CredentialStore::kLeasePatience);
}

void CountFailedVerification(const std::string& reason) {
  metrics::Counter("credential_verifications_failed_total",
                   "Credentials that a vendor refused, by reason.", {{"reason", reason}})
      .Add();
}

}  // namespace

CredentialVaultService::CredentialVaultService(CredentialStore& store, const Clock& clock,
                                               TokenRefresher* refresher)
    : store_(store),
      clock_(clock),
      refresher_(refresher),
      refreshes_(kRefreshThreads, kMaxWaitingForTokens) {}

grpc::Status CredentialVaultService::StoreCredential(grpc::ServerContext* context,
                                                     const v1::StoreCredentialRequest* request,
                                                     v1::StoreCredentialResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Store(*request); });
}

grpc::ServerUnaryReactor* CredentialVaultService::LeaseAccess(grpc::CallbackServerContext* context,
                                                              const v1::LeaseAccessRequest* request,
                                                              v1::LeaseAccessResponse* response) {
  return rpc::AnswerLater(*context, *request, response,
                          [&](const rpc::Caller& caller, LeaseAnswer answer) {
                            Lease(caller, *request, PatienceOf(*context), std::move(answer));
                          });
}

grpc::Status CredentialVaultService::RecordVerification(
    grpc::ServerContext* context, const v1::RecordVerificationRequest* request,
    v1::RecordVerificationResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller& caller) { return Record(caller, *request); });
}

absl::StatusOr<v1::StoreCredentialResponse> CredentialVaultService::Store(
    const v1::StoreCredentialRequest& request) {
  RETURN_IF_ERROR(Check(request));
  ASSIGN_OR_RETURN(const Credential stored,
                   store_.Store(FromProto(request), AuditAs(NameOf(request.actor()))));
  v1::StoreCredentialResponse response;
  *response.mutable_credential() = ToProto(stored, nullptr, clock_.Now());
  return response;
}

void CredentialVaultService::Lease(const rpc::Caller& caller, const v1::LeaseAccessRequest& request,
                                   std::chrono::milliseconds patience, LeaseAnswer answer) {
  if (const absl::Status bad = IdsCheck(request).Verdict(); !bad.ok()) return answer(bad);
  const AuditContext context = AuditAs(caller.Identity());
  store_.LeaseLater({request.workspace_id(), request.credential_id(), context}, patience,
                    [this, &request, context, patience,
                     answer = std::move(answer)](const absl::StatusOr<OpenedCredential>& opened) {
                      const CorrelationScope scope(context.correlation_id);
                      if (!opened.ok()) return answer(opened.status());
                      if (IsStale(*opened, request))
                        return FreshenAndLease(request, context, patience, answer);
                      answer(Hand(*opened));
                    });
}

// A token that is about to expire, or was refused.
bool CredentialVaultService::IsStale(const OpenedCredential& opened,
                                     const v1::LeaseAccessRequest& request) const {
  const auto& tokens = opened.credential.tokens;
  if (refresher_ == nullptr || !tokens) return false;
  const auto expires = opened.credential.expires_at;
  const bool ends = expires && *expires <= clock_.Now() + kTokenSpare;
  return ends || tokens->generation == request.refused_generation();
}

void CredentialVaultService::FreshenAndLease(const v1::LeaseAccessRequest& request,
                                             const AuditContext& context,
                                             std::chrono::milliseconds patience,
                                             LeaseAnswer answer) {
  const auto decide = [this, &request, context,
                       patience]() -> absl::StatusOr<v1::LeaseAccessResponse> {
    const CorrelationScope scope(context.correlation_id);
    RETURN_IF_ERROR(refresher_->Freshen(
        request.workspace_id(), request.credential_id(),
        {.refused_generation = request.refused_generation(), .when_due = false}, context));
    ASSIGN_OR_RETURN(
        const OpenedCredential opened,
        store_.Lease(request.workspace_id(), request.credential_id(), context, patience));
    return Hand(opened);
  };
  if (!refreshes_.Post([decide, answer] { answer(decide()); })) {
    answer(Error(absl::StatusCode::kResourceExhausted, "LEASES_BUSY",
                 "too many wait for tokens to be renewed"));
  }
}

v1::LeaseAccessResponse CredentialVaultService::Hand(const OpenedCredential& opened) const {
  const Credential& credential = opened.credential;
  log::Info("access was leased",
            {{"credential_id", credential.credential_id}, {"platform", credential.platform}});
  v1::LeaseAccessResponse response;
  response.set_platform(credential.platform);
  auto& fields = *response.mutable_fields();
  fields.insert(credential.public_fields.begin(), credential.public_fields.end());
  const bool is_token = credential.type == CredentialType::kOAuth;
  for (const auto& [name, value] : opened.secret_fields) {
    if (!is_token || name == kAccessToken) fields[name] = value.Reveal();
  }
  Timestamp expires = clock_.Now() + kLeaseDuration;
  if (is_token) expires = std::min(expires, credential.expires_at.value_or(expires));
  *response.mutable_lease_expire_time() = callimport::ToProto(expires);
  if (credential.tokens) response.set_generation(credential.tokens->generation);
  return response;
}

absl::StatusOr<v1::RecordVerificationResponse> CredentialVaultService::Record(
    const rpc::Caller& caller, const v1::RecordVerificationRequest& request) {
  RETURN_IF_ERROR(
      IdsCheck(request)
          .Require(IsReason(request.reason()), "reason", "must be at most 63 of A-Z, 0-9 and '_'")
          .Require(request.account_name().size() <= 256, "account_name", kNameBounds)
          .Require(request.account_email().size() <= 320, "account_email", kEmailBounds)
          .Verdict());
  if (!request.accepted()) CountFailedVerification(request.reason());
  RETURN_IF_ERROR(store_.RecordVerification(request.workspace_id(), request.credential_id(),
                                            VerdictOf(request), AuditAs(caller.Identity())));
  return v1::RecordVerificationResponse();
}

}  // namespace callimport::credential_manager

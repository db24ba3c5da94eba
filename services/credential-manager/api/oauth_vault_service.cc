#include "services/credential-manager/api/oauth_vault_service.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"
#include "libs/telemetry/correlation.h"
#include "services/credential-manager/api/credential_messages.h"

namespace callimport::credential_manager {
namespace {

constexpr int kMaxFields = 20;
constexpr size_t kMaxFieldBytes = 16 << 10;

bool IsWord(const std::string& text) {
  return text.size() <= 63 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

template <typename Map>
bool FitsIn(const Map& fields) {
  if (fields.size() > kMaxFields) return false;
  return std::all_of(fields.begin(), fields.end(), [](const auto& field) {
    return !field.first.empty() && field.first.size() <= 64 &&
           field.second.size() <= kMaxFieldBytes;
  });
}

template <typename Request>
RequestCheck WorkspaceCheck(const Request& request) {
  return RequestCheck().Require(IsWorkspaceId(request.workspace_id()), "workspace_id",
                                "must be 1 to 64 letters, digits, '-', '_' or '.'");
}

template <typename Request>
RequestCheck AttemptCheck(const Request& request) {
  return WorkspaceCheck(request).Require(IsUuid(request.attempt_id()), "attempt_id",
                                         "must be a UUID");
}

// What Begin and Request have in common.
template <typename Request>
RequestCheck WishCheck(const Request& request) {
  return WorkspaceCheck(request)
      .Require(!request.platform().empty() && request.platform().size() <= 64, "platform",
               "must be 1 to 64 bytes of text")
      .Require(request.account_ref().size() <= 128, "account_ref",
               "must be at most 128 bytes of text")
      .Require(IsNamed(request.actor()), "actor", "must say for whom the account is connected");
}

Owner OwnerOf(const callimport::common::v1::Actor& actor) {
  return {.kind = actor.kind(), .name = actor.name()};
}

template <typename Request>
ConnectWish WishOf(const Request& request) {
  ConnectWish wish;
  wish.workspace_id = request.workspace_id();
  wish.platform = request.platform();
  wish.account_ref = request.account_ref();
  wish.replace = request.replace();
  wish.actor = OwnerOf(request.actor());
  return wish;
}

AuditContext AuditAs(const std::string& actor) { return {actor, CurrentCorrelationId()}; }

void Reveal(const SecretFields& access, google::protobuf::Map<std::string, std::string>& fields) {
  for (const auto& [name, value] : access) fields[name] = value.Reveal();
}

}  // namespace

grpc::Status OAuthVaultService::BeginOAuth(grpc::ServerContext* context,
                                           const v1::BeginOAuthRequest* request,
                                           v1::BeginOAuthResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Begin(*request); });
}

grpc::Status OAuthVaultService::CompleteOAuth(grpc::ServerContext* context,
                                              const v1::CompleteOAuthRequest* request,
                                              v1::CompleteOAuthResponse* response) {
  // Without a workspace: the state says which.
  return rpc::Answer(*context, response,
                     [&](const rpc::Caller& caller) { return Complete(caller, *request); });
}

grpc::Status OAuthVaultService::RequestOAuthGrant(grpc::ServerContext* context,
                                                  const v1::RequestOAuthGrantRequest* request,
                                                  v1::RequestOAuthGrantResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Request(*request); });
}

grpc::Status OAuthVaultService::KeepOAuthGrant(grpc::ServerContext* context,
                                               const v1::KeepOAuthGrantRequest* request,
                                               v1::KeepOAuthGrantResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller& caller) { return Keep(caller, *request); });
}

grpc::Status OAuthVaultService::DropOAuthGrant(grpc::ServerContext* context,
                                               const v1::DropOAuthGrantRequest* request,
                                               v1::DropOAuthGrantResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller& caller) { return Drop(caller, *request); });
}

grpc::Status OAuthVaultService::GetOAuthAttempt(grpc::ServerContext* context,
                                                const v1::GetOAuthAttemptRequest* request,
                                                v1::GetOAuthAttemptResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Get(*request); });
}

absl::StatusOr<v1::BeginOAuthResponse> OAuthVaultService::Begin(
    const v1::BeginOAuthRequest& request) {
  RETURN_IF_ERROR(WishCheck(request)
                      .Require(request.landing() != v1::OAuthAttempt::LANDING_UNSPECIFIED &&
                                   v1::OAuthAttempt::Landing_IsValid(request.landing()),
                               "landing", "must be REDIRECT or POP_UP")
                      .Require(request.landing_target().size() <= 512, "landing_target",
                               "must be at most 512 bytes of text")
                      .Require(request.redirect_uri().size() <= 512, "redirect_uri",
                               "must be at most 512 bytes of text")
                      .Verdict());
  ConnectWish wish = WishOf(request);
  wish.redirect_uri = request.redirect_uri();
  wish.landing = static_cast<Landing>(request.landing());
  wish.landing_target = request.landing_target();
  ASSIGN_OR_RETURN(const auto begun, connector_.Begin(wish, AuditAs(NameOf(request.actor()))));
  v1::BeginOAuthResponse response;
  *response.mutable_attempt() = ToProto(begun.attempt);
  response.set_authorization_url(begun.authorization_url);
  response.set_state(begun.state.Reveal());
  return response;
}

absl::StatusOr<v1::CompleteOAuthResponse> OAuthVaultService::Complete(
    const rpc::Caller& caller, const v1::CompleteOAuthRequest& request) {
  RETURN_IF_ERROR(RequestCheck()
                      .Require(request.state().size() <= 128, "state", "must be a state")
                      .Require(request.code().size() <= 4'096, "code", "must be a code")
                      .Require(request.error().size() <= 64, "error", "must be an error code")
                      .Require(!request.has_actor() || IsNamed(request.actor()), "actor",
                               "must say whose browser came back")
                      .Verdict());
  BrowserReturn back;
  back.platform = request.platform();
  back.state = Secret(request.state());
  back.code = Secret(request.code());
  back.error = request.error();
  back.workspace_id = request.workspace_id();
  if (request.has_actor()) back.actor = OwnerOf(request.actor());
  const std::string actor =
      request.has_actor() ? NameOf(request.actor()) : caller.Identity() + " for a browser";
  ASSIGN_OR_RETURN(const auto granted, connector_.Complete(back, AuditAs(actor)));
  v1::CompleteOAuthResponse response;
  *response.mutable_attempt() = ToProto(granted.attempt);
  Reveal(granted.access, *response.mutable_fields());
  return response;
}

absl::StatusOr<v1::RequestOAuthGrantResponse> OAuthVaultService::Request(
    const v1::RequestOAuthGrantRequest& request) {
  constexpr char kBounds[] = "at most 20 fields with names up to 64 and values up to 16384 bytes";
  RETURN_IF_ERROR(WishCheck(request)
                      .Require(FitsIn(request.secret_fields()), "secret_fields", kBounds)
                      .Require(FitsIn(request.public_fields()), "public_fields", kBounds)
                      .Verdict());
  SecretFields secrets;
  for (const auto& [name, value] : request.secret_fields()) secrets.emplace(name, Secret(value));
  const Fields fields(request.public_fields().begin(), request.public_fields().end());
  ASSIGN_OR_RETURN(const GrantKind grant, MachineGrantOf(providers_, request.platform()));
  ASSIGN_OR_RETURN(const auto granted,
                   connector_.Request(WishOf(request), grant, std::move(secrets), fields,
                                      AuditAs(NameOf(request.actor()))));
  v1::RequestOAuthGrantResponse response;
  *response.mutable_attempt() = ToProto(granted.attempt);
  Reveal(granted.access, *response.mutable_fields());
  return response;
}

absl::StatusOr<v1::KeepOAuthGrantResponse> OAuthVaultService::Keep(
    const rpc::Caller& caller, const v1::KeepOAuthGrantRequest& request) {
  RETURN_IF_ERROR(AttemptCheck(request)
                      .Require(request.account_name().size() <= 256, "account_name",
                               "must be at most 256 bytes of text")
                      .Require(request.account_email().size() <= 320, "account_email",
                               "must be at most 320 bytes of text")
                      .Verdict());
  ASSIGN_OR_RETURN(const Credential kept,
                   connector_.Keep(request.workspace_id(), request.attempt_id(),
                                   {request.account_name(), request.account_email()},
                                   AuditAs(caller.Identity())));
  v1::KeepOAuthGrantResponse response;
  *response.mutable_credential() = credential_manager::ToProto(kept, &providers_, clock_.Now());
  return response;
}

absl::StatusOr<v1::DropOAuthGrantResponse> OAuthVaultService::Drop(
    const rpc::Caller& caller, const v1::DropOAuthGrantRequest& request) {
  RETURN_IF_ERROR(
      AttemptCheck(request)
          .Require(IsWord(request.reason()), "reason", "must be at most 63 of A-Z, 0-9 and '_'")
          .Require(request.text().size() <= 1'024, "text", "must be at most 1024 bytes of text")
          .Verdict());
  RETURN_IF_ERROR(connector_.Drop(request.workspace_id(), request.attempt_id(), request.reason(),
                                  request.text(), AuditAs(caller.Identity())));
  return v1::DropOAuthGrantResponse();
}

absl::StatusOr<v1::GetOAuthAttemptResponse> OAuthVaultService::Get(
    const v1::GetOAuthAttemptRequest& request) {
  RETURN_IF_ERROR(AttemptCheck(request).Verdict());
  ASSIGN_OR_RETURN(const OAuthAttempt attempt,
                   connector_.Find(request.workspace_id(), request.attempt_id()));
  v1::GetOAuthAttemptResponse response;
  *response.mutable_attempt() = ToProto(attempt);
  return response;
}

v1::OAuthAttempt OAuthVaultService::ToProto(const OAuthAttempt& attempt) const {
  v1::OAuthAttempt proto;
  proto.set_attempt_id(attempt.attempt_id);
  proto.set_workspace_id(attempt.workspace_id);
  proto.set_platform(attempt.platform);
  proto.set_phase(static_cast<v1::OAuthAttempt::Phase>(attempt.phase));
  proto.set_landing(static_cast<v1::OAuthAttempt::Landing>(attempt.landing));
  proto.set_landing_target(attempt.landing_target);
  *proto.mutable_expire_time() = callimport::ToProto(attempt.expires_at);
  proto.set_credential_id(attempt.credential_id);
  proto.set_failure_reason(attempt.failure_reason);
  proto.set_failure_text(attempt.failure_text);
  for (const MissingScope& missing : providers_.Missing(attempt.platform, attempt.scopes)) {
    *proto.add_missing_scopes() = credential_manager::ToProto(missing);
  }
  return proto;
}

}  // namespace callimport::credential_manager

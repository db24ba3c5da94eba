#include "services/credential-manager/api/credential_messages.h"

#include "libs/common/proto_time.h"
#include "services/credential-manager/domain/health.h"

namespace callimport::credential_manager {

namespace {

v1::CredentialHealth ToProto(const Health& health) {
  v1::CredentialHealth proto;
  proto.set_state(static_cast<v1::CredentialHealth::State>(health.state));
  proto.set_text(health.text);
  proto.set_next_action(health.next_action);
  return proto;
}

// What does not work at all for want of these.
std::string LackOf(const std::vector<MissingScope>& missing) {
  std::string lack;
  for (const MissingScope& scope : missing) {
    if (scope.required) lack += (lack.empty() ? "" : " ") + scope.disables;
  }
  return lack;
}

}  // namespace

v1::MissingScope ToProto(const MissingScope& missing) {
  v1::MissingScope proto;
  proto.set_scope(missing.scope);
  proto.set_disables(missing.disables);
  proto.set_required(missing.required);
  return proto;
}

v1::Credential ToProto(const Credential& credential, const OAuthProviders* providers,
                       Timestamp now) {
  v1::Credential proto;
  std::vector<MissingScope> missing;
  if (credential.tokens) {
    for (const std::string& scope : credential.tokens->scopes) proto.add_scopes(scope);
    if (providers) missing = providers->Missing(credential.platform, credential.tokens->scopes);
    for (const MissingScope& scope : missing) *proto.add_missing_scopes() = ToProto(scope);
  }
  const Health health = HealthOf(credential, LackOf(missing), now);
  *proto.mutable_health() = ToProto(health);
  proto.set_credential_id(credential.credential_id);
  proto.set_workspace_id(credential.workspace_id);
  proto.set_platform(credential.platform);
  proto.set_type(static_cast<v1::CredentialType>(credential.type));
  proto.set_retention(static_cast<v1::Retention>(credential.retention));
  proto.set_account_ref(credential.account_ref);
  proto.set_account_name(credential.account_name);
  proto.mutable_public_fields()->insert(credential.public_fields.begin(),
                                        credential.public_fields.end());
  proto.set_account_email(credential.account_email);
  proto.set_is_valid(IsValid(credential, health));
  if (credential.expires_at) {
    *proto.mutable_expire_time() = callimport::ToProto(*credential.expires_at);
  }
  if (credential.last_verified_at) {
    *proto.mutable_last_verify_time() = callimport::ToProto(*credential.last_verified_at);
  }
  if (credential.last_used_at) {
    *proto.mutable_last_use_time() = callimport::ToProto(*credential.last_used_at);
  }
  *proto.mutable_create_time() = callimport::ToProto(credential.created_at);
  *proto.mutable_update_time() = callimport::ToProto(credential.updated_at);
  proto.mutable_created_by()->set_kind(
      static_cast<callimport::common::v1::Actor::Kind>(credential.created_by.kind));
  proto.mutable_created_by()->set_name(credential.created_by.name);
  return proto;
}

NewCredential FromProto(const v1::StoreCredentialRequest& request) {
  NewCredential credential;
  credential.request_id = request.request_id();
  credential.workspace_id = request.workspace_id();
  credential.platform = request.platform();
  credential.retention = request.retention() == v1::RETENTION_EPHEMERAL ? Retention::kEphemeral
                                                                        : Retention::kPersistent;
  credential.account_ref = request.account_ref().empty() ? "default" : request.account_ref();
  credential.account_name = request.account_name();
  credential.account_email = request.account_email();
  credential.public_fields.insert(request.public_fields().begin(), request.public_fields().end());
  for (const auto& [name, value] : request.secret_fields()) {
    credential.secret_fields.emplace(name, Secret(value));
  }
  credential.replace = request.replace();
  credential.created_by = {.kind = request.actor().kind(), .name = request.actor().name()};
  return credential;
}

bool IsNamed(const callimport::common::v1::Actor& actor) {
  return actor.kind() != callimport::common::v1::Actor::KIND_UNSPECIFIED &&
         callimport::common::v1::Actor::Kind_IsValid(actor.kind()) && actor.name().size() <= 256;
}

std::string NameOf(const callimport::common::v1::Actor& actor) {
  const std::string kind = callimport::common::v1::Actor::Kind_Name(actor.kind());
  return kind.substr(std::string("KIND_").size()) + "/" + actor.name();
}

}  // namespace callimport::credential_manager

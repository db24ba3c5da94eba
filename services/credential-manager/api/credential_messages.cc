#include "services/credential-manager/api/credential_messages.h"

#include "libs/common/proto_time.h"

namespace callimport::credential_manager {

v1::Credential ToProto(const Credential& credential) {
  v1::Credential proto;
  proto.set_credential_id(credential.credential_id);
  proto.set_workspace_id(credential.workspace_id);
  proto.set_platform(credential.platform);
  proto.set_type(static_cast<v1::CredentialType>(credential.type));
  proto.set_retention(static_cast<v1::Retention>(credential.retention));
  proto.set_account_ref(credential.account_ref);
  proto.set_account_name(credential.account_name);
  proto.mutable_public_fields()->insert(credential.public_fields.begin(),
                                        credential.public_fields.end());
  proto.set_is_valid(credential.is_valid);
  if (credential.expires_at) {
    *proto.mutable_expire_time() = callimport::ToProto(*credential.expires_at);
  }
  if (credential.last_verified_at) {
    *proto.mutable_last_verify_time() = callimport::ToProto(*credential.last_verified_at);
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
  credential.public_fields.insert(request.public_fields().begin(), request.public_fields().end());
  for (const auto& [name, value] : request.secret_fields()) {
    credential.secret_fields.emplace(name, Secret(value));
  }
  credential.replace = request.replace();
  credential.created_by = {.kind = request.actor().kind(), .name = request.actor().name()};
  return credential;
}

std::string NameOf(const callimport::common::v1::Actor& actor) {
  const std::string kind = callimport::common::v1::Actor::Kind_Name(actor.kind());
  return kind.substr(std::string("KIND_").size()) + "/" + actor.name();
}

}  // namespace callimport::credential_manager

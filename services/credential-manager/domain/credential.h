// A credential as the vault knows it, without its secret.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "libs/common/clock.h"
#include "libs/common/secret.h"

namespace callimport::credential_manager {

// The numbers stand in tables and protos.
enum class CredentialType { kApiKey = 1, kOAuth = 2 };
enum class Retention { kEphemeral = 1, kPersistent = 2 };

using Fields = std::map<std::string, std::string>;
using SecretFields = std::map<std::string, Secret>;

struct Owner {
  int kind = 0;
  std::string name;
};

struct Credential {
  std::string credential_id;
  std::string workspace_id;
  std::string platform;
  CredentialType type = CredentialType::kApiKey;
  Retention retention = Retention::kPersistent;
  std::string account_ref;
  std::string account_name;
  Fields public_fields;
  bool is_valid = true;
  std::optional<Timestamp> expires_at;
  std::optional<Timestamp> last_verified_at;
  Timestamp created_at;
  Timestamp updated_at;
  Owner created_by;
};

// What somebody wants to have stored.
struct NewCredential {
  std::string request_id;
  std::string workspace_id;
  std::string platform;
  CredentialType type = CredentialType::kApiKey;
  Retention retention = Retention::kPersistent;
  std::string account_ref;
  std::string account_name;
  Fields public_fields;
  SecretFields secret_fields;
  bool replace = false;
  Owner created_by;
};

struct OpenedCredential {
  Credential credential;
  SecretFields secret_fields;
};

// Who touches a credential, for the audit log.
struct AuditContext {
  std::string actor;
  std::string correlation_id;
};

}  // namespace callimport::credential_manager

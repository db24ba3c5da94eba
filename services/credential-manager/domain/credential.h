// A credential as the vault knows it, without its secret.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/common/clock.h"
#include "libs/common/secret.h"

namespace callimport::credential_manager {

// The numbers stand in tables and protos.
enum class CredentialType { kApiKey = 1, kOAuth = 2 };
enum class Retention { kEphemeral = 1, kPersistent = 2 };

// How tokens were granted. The numbers are those of callimport.common.v1.OAuthGrant.
enum class GrantKind {
  kAuthorizationCode = 1,
  kClientCredentials = 2,
  kAccountCredentials = 3,
  kJwtBearer = 4
};
// Why there are no new tokens.
enum class TokenProblem { kNone = 0, kRevoked = 1, kVendorDown = 2, kClientRefused = 3 };

using Fields = std::map<std::string, std::string>;
using SecretFields = std::map<std::string, Secret>;

struct Owner {
  int kind = 0;
  std::string name;
};

// What is known of an OAuth credential's tokens.
struct TokenFacts {
  GrantKind grant = GrantKind::kAuthorizationCode;
  std::vector<std::string> scopes;
  int64_t generation = 0;
  // Whether new ones can be had without a person.
  bool refreshable = false;
  // The vendor was asked for new ones, and nobody knows what came of it.
  bool outcome_unknown = false;
  TokenProblem problem = TokenProblem::kNone;
  // For people.
  std::string problem_text;
};

struct Credential {
  std::string credential_id;
  std::string workspace_id;
  std::string platform;
  CredentialType type = CredentialType::kApiKey;
  Retention retention = Retention::kPersistent;
  std::string account_ref;
  std::string account_name;
  // Empty where the vendor's account is not a person's, or it does not say.
  std::string account_email;
  Fields public_fields;
  // What the vendor said last.
  bool is_valid = true;
  // Of the last verdict, when it was a refusal.
  std::string refusal_reason;
  std::optional<Timestamp> expires_at;
  std::optional<Timestamp> last_verified_at;
  Timestamp created_at;
  Timestamp updated_at;
  Owner created_by;
  // Of OAuth credentials.
  std::optional<TokenFacts> tokens;
  // Of its newest lease; known only to who was asked for it.
  std::optional<Timestamp> last_used_at = std::nullopt;
};

// What the vendor says of a credential now.
struct Verdict {
  bool accepted = false;
  // Stable; of a refusal.
  std::string reason = {};
  // As the vendor names the account; empty where it does not say.
  std::string account_name = {};
  std::string account_email = {};
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
  std::string account_email;
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

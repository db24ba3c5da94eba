// What the vault knows of OAuth: tokens, and attempts to get some.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/common/clock.h"
#include "libs/common/secret.h"
#include "services/credential-manager/domain/credential.h"

namespace callimport::credential_manager {

// The names of the secret fields of an OAuth credential. Only the first ever leaves the vault.
inline constexpr char kAccessToken[] = "access_token";
inline constexpr char kRefreshToken[] = "refresh_token";

// What a vendor's token endpoint has handed out.
struct Tokens {
  Secret access_token;
  // Empty: there was none.
  Secret refresh_token;
  Timestamp obtained_at;
  // Unset: until it is revoked.
  std::optional<Timestamp> expires_at;
  // What was granted; empty when the answer does not say.
  std::vector<std::string> scopes;
  // Where this customer is to be asked; empty when the answer does not say.
  std::string base_url;
};

// How the browser comes back to whoever began.
enum class Landing { kRedirect = 1, kPopUp = 2 };

// Somebody is on the way to connect an account. The secrets of it are sealed beside.
struct OAuthAttempt {
  enum class Phase {
    // A browser is with the vendor.
    kAwaitsApproval = 1,
    // The state was used; the vendor is being asked.
    kExchanging = 2,
    // There are tokens, and the vendor has not been asked for anything with them yet.
    kGranted = 3,
    kConnected = 4,
    kFailed = 5
  };
  std::string attempt_id;
  Phase phase = Phase::kAwaitsApproval;
  GrantKind grant = GrantKind::kAuthorizationCode;
  std::string workspace_id;
  std::string platform;
  std::string account_ref;
  bool replace = false;
  std::string redirect_uri;
  Landing landing = Landing::kRedirect;
  // A path or an origin.
  std::string landing_target;
  Owner created_by;
  Timestamp expires_at;
  // Of the tokens, once there are some.
  std::vector<std::string> scopes;
  std::optional<Timestamp> tokens_obtained_at;
  std::optional<Timestamp> tokens_expire_at;
  Fields public_fields;
  // Once connected.
  std::string credential_id;
  // Once failed: stable, and for people.
  std::string failure_reason;
  std::string failure_text;
};

// The permission to ask the vendor for new tokens of a credential; nobody else has it meanwhile.
struct RefreshClaim {
  std::string workspace_id;
  std::string credential_id;
  std::string platform;
  GrantKind grant = GrantKind::kAuthorizationCode;
  // Of the tokens that are to be replaced.
  int64_t generation = 0;
  std::string holder;
  SecretFields secrets;
  Fields public_fields;
  // A refresh before this one has asked, and nobody knows what came of it.
  bool after_unknown_outcome = false;
  int failures = 0;
};

// Why there are no new tokens, and when to ask again.
struct RefreshFailure {
  TokenProblem problem = TokenProblem::kNone;
  std::string text;
  bool outcome_unknown = false;
  // Unset: never.
  std::optional<Timestamp> retry_at;
};

// Tokens that should be renewed now.
struct DueTokens {
  std::string workspace_id;
  std::string credential_id;
};

// "read:calls read:media", as the protocol and tables have it.
std::string JoinScopes(const std::vector<std::string>& scopes);
std::vector<std::string> SplitScopes(const std::string& scopes);

}  // namespace callimport::credential_manager

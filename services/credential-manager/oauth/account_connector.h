// From somebody's wish to connect an account to a credential.
//
// Begin() sends a browser to the vendor; Complete() takes what it comes back with, and asks the
// vendor for tokens. Request() does without a browser, where a platform allows it. Both leave the
// tokens sealed with the attempt: adapter-gateway asks the vendor whether they are good for
// anything, and then says Keep() or Drop(). Before Keep() there is no credential, and an attempt
// that nobody keeps within ten minutes is dropped.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "services/credential-manager/oauth/oauth_client.h"
#include "services/credential-manager/oauth/providers.h"
#include "services/credential-manager/oauth/token_refresher.h"
#include "services/credential-manager/storage/oauth_store.h"

namespace callimport::credential_manager {

// Who wants which account to be connected.
struct ConnectWish {
  std::string workspace_id;
  std::string platform;
  std::string account_ref;
  bool replace = false;
  // Empty: the first that is allowed.
  std::string redirect_uri;
  Landing landing = Landing::kRedirect;
  std::string landing_target;
  Owner actor;
};

// What a browser brought back from the vendor.
struct BrowserReturn {
  std::string platform;
  Secret state;
  Secret code;
  // The vendor's error code, such as access_denied, instead of a code.
  std::string error;
  // The callback's address, as it was asked for; empty: as it was begun.
  std::string redirect_uri;
  // Whoever hands it in, when it was not the browser itself: must be who has begun.
  std::optional<Owner> actor;
  std::string workspace_id;
};

class AccountConnector {
 public:
  AccountConnector(OAuthAttempts& attempts, const OAuthProviders& providers, OAuthClient& client,
                   TokenRefresher& refresher, const Clock& clock)
      : attempts_(attempts),
        providers_(providers),
        client_(client),
        refresher_(refresher),
        clock_(clock) {}

  struct Begun {
    OAuthAttempt attempt;
    std::string authorization_url;
    Secret state;
  };
  // FAILED_PRECONDITION (OAUTH_NOT_CONFIGURED), INVALID_ARGUMENT (REDIRECT_NOT_ALLOWED).
  absl::StatusOr<Begun> Begin(const ConnectWish& wish, const AuditContext& context);

  struct Granted {
    // kGranted, or kFailed and why.
    OAuthAttempt attempt;
    // What the vendor can be asked with; never a refresh token.
    SecretFields access;
  };
  // FAILED_PRECONDITION (OAUTH_STATE_INVALID) when the state is unknown, used, too old, or somebody
  // else's; nobody is asked anything then.
  absl::StatusOr<Granted> Complete(const BrowserReturn& back, const AuditContext& context);

  absl::StatusOr<Granted> Request(const ConnectWish& wish, GrantKind grant, SecretFields secrets,
                                  Fields public_fields, const AuditContext& context);

  absl::StatusOr<Credential> Keep(const std::string& workspace_id, const std::string& attempt_id,
                                  const OAuthAttempts::Profile& profile,
                                  const AuditContext& context);

  // The vendor is asked to forget the tokens; whether it does, does not matter here.
  absl::Status Drop(const std::string& workspace_id, const std::string& attempt_id,
                    const std::string& reason, const std::string& text,
                    const AuditContext& context);

  absl::StatusOr<OAuthAttempt> Find(const std::string& workspace_id,
                                    const std::string& attempt_id) {
    return attempts_.Find(workspace_id, attempt_id);
  }

  // Drops what nobody completed in time.
  absl::Status DropExpired();

 private:
  absl::StatusOr<Granted> Hold(OAuthAttempt attempt, const OAuthProvider& provider,
                               const Tokens& tokens, SecretFields secrets,
                               const AuditContext& context);
  absl::StatusOr<Granted> Failed(OAuthAttempt attempt, const std::string& reason,
                                 const std::string& text, const AuditContext& context);
  void Revoke(const std::string& platform, const SecretFields& secrets);

  OAuthAttempts& attempts_;
  const OAuthProviders& providers_;
  OAuthClient& client_;
  TokenRefresher& refresher_;
  const Clock& clock_;
};

}  // namespace callimport::credential_manager

#include "services/credential-manager/oauth/account_connector.h"

#include <utility>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/digest.h"
#include "libs/telemetry/log.h"
#include "services/credential-manager/oauth/authorization_url.h"
#include "services/credential-manager/oauth/pkce.h"

namespace callimport::credential_manager {
namespace {

using Phase = OAuthAttempt::Phase;

constexpr auto kAttemptLife = std::chrono::minutes(10);
constexpr char kVerifier[] = "code_verifier";

absl::Status StateInvalid() {
  return Error(absl::StatusCode::kFailedPrecondition, "OAUTH_STATE_INVALID",
               "this approval is unknown, was used already, or has taken longer than ten minutes; "
               "begin again");
}

absl::Status NotConfigured(const std::string& platform) {
  return Error(absl::StatusCode::kFailedPrecondition, "OAUTH_NOT_CONFIGURED",
               "accounts of " + platform + " cannot be connected by approval here");
}

bool Fits(const OAuthAttempt& attempt, const BrowserReturn& back, Timestamp now) {
  if (now > attempt.expires_at || back.platform != attempt.platform) return false;
  if (!back.redirect_uri.empty() && back.redirect_uri != attempt.redirect_uri) return false;
  if (!back.actor) return true;
  return back.workspace_id == attempt.workspace_id && back.actor->kind == attempt.created_by.kind &&
         back.actor->name == attempt.created_by.name;
}

OAuthAttempt AttemptOf(const ConnectWish& wish, GrantKind grant, Timestamp now) {
  OAuthAttempt attempt;
  attempt.attempt_id = NewUuid();
  attempt.grant = grant;
  attempt.workspace_id = wish.workspace_id;
  attempt.platform = wish.platform;
  attempt.account_ref = wish.account_ref.empty() ? "default" : wish.account_ref;
  attempt.replace = wish.replace;
  attempt.landing = wish.landing;
  attempt.landing_target = wish.landing_target;
  attempt.created_by = wish.actor;
  attempt.expires_at = now + kAttemptLife;
  return attempt;
}

bool CanBeRenewed(const OAuthAttempt& attempt, bool has_refresh_token) {
  return has_refresh_token || attempt.grant != GrantKind::kAuthorizationCode;
}

}  // namespace

absl::StatusOr<AccountConnector::Begun> AccountConnector::Begin(const ConnectWish& wish,
                                                                const AuditContext& context) {
  const OAuthProvider* provider = providers_.Find(wish.platform);
  if (provider == nullptr || !provider->client ||
      provider->Grant(GrantKind::kAuthorizationCode) == nullptr) {
    return NotConfigured(wish.platform);
  }
  const auto redirect_uri = providers_.RedirectUri(wish.platform, wish.redirect_uri);
  if (!redirect_uri) {
    return Error(absl::StatusCode::kInvalidArgument, "REDIRECT_NOT_ALLOWED",
                 "redirect_uri: the approval may not lead back there");
  }
  Begun begun{AttemptOf(wish, GrantKind::kAuthorizationCode, clock_.Now()), "", NewOAuthSecret()};
  begun.attempt.redirect_uri = *redirect_uri;
  const Secret verifier = NewOAuthSecret();
  begun.authorization_url = AuthorizationUrl(*provider, *redirect_uri, begun.state,
                                             provider->terms.pkce() ? verifier : Secret());
  RETURN_IF_ERROR(attempts_.Begin(begun.attempt, crypto::Sha256(begun.state.Reveal()),
                                  {{kVerifier, verifier}}, context));
  return begun;
}

absl::StatusOr<AccountConnector::Granted> AccountConnector::Complete(const BrowserReturn& back,
                                                                     const AuditContext& context) {
  ASSIGN_OR_RETURN(auto taken, attempts_.Take(crypto::Sha256(back.state.Reveal())));
  if (!taken) return StateInvalid();
  OAuthAttempt& attempt = taken->attempt;
  if (!Fits(attempt, back, clock_.Now())) {
    RETURN_IF_ERROR(
        Failed(attempt, "OAUTH_STATE_INVALID", "somebody else came back with it", context)
            .status());
    return StateInvalid();
  }
  const OAuthProvider* provider = providers_.Find(attempt.platform);
  if (provider == nullptr) return NotConfigured(attempt.platform);
  if (!back.error.empty() || back.code.empty()) {
    return Failed(attempt, "OAUTH_DENIED",
                  provider->display_name + " was not approved (" +
                      (back.error.empty() ? "no code" : back.error) + ")",
                  context);
  }
  const Secret verifier = provider->terms.pkce() ? taken->secrets[kVerifier] : Secret();
  const auto tokens = client_.ExchangeCode(*provider, back.code, attempt.redirect_uri, verifier);
  if (!tokens.ok()) {
    return Failed(attempt, ReasonOf(tokens.status()), std::string(tokens.status().message()),
                  context);
  }
  return Hold(attempt, *provider, *tokens, {}, context);
}

absl::StatusOr<AccountConnector::Granted> AccountConnector::Request(const ConnectWish& wish,
                                                                    GrantKind grant,
                                                                    SecretFields secrets,
                                                                    Fields public_fields,
                                                                    const AuditContext& context) {
  const OAuthProvider* provider = providers_.Find(wish.platform);
  if (provider == nullptr || provider->Grant(grant) == nullptr) return NotConfigured(wish.platform);
  OAuthAttempt attempt = AttemptOf(wish, grant, clock_.Now());
  attempt.phase = Phase::kExchanging;
  RETURN_IF_ERROR(attempts_.Begin(attempt, "", {}, context));
  const auto tokens = client_.Request(*provider, grant, secrets, public_fields);
  if (!tokens.ok()) {
    return Failed(attempt, ReasonOf(tokens.status()), std::string(tokens.status().message()),
                  context);
  }
  for (const auto& [name, value] : public_fields) secrets[kShownField + name] = Secret(value);
  return Hold(attempt, *provider, *tokens, std::move(secrets), context);
}

absl::StatusOr<AccountConnector::Granted> AccountConnector::Hold(OAuthAttempt attempt,
                                                                 const OAuthProvider& provider,
                                                                 const Tokens& tokens,
                                                                 SecretFields secrets,
                                                                 const AuditContext& context) {
  Granted granted;
  secrets[kAccessToken] = granted.access[kAccessToken] = tokens.access_token;
  if (!tokens.refresh_token.empty()) secrets[kRefreshToken] = tokens.refresh_token;
  if (!tokens.base_url.empty()) {
    secrets[std::string(kShownField) + "base_url"] = Secret(tokens.base_url);
  }
  for (const auto& [name, value] : secrets) {
    if (name.starts_with(kShownField)) {
      granted.access[name.substr(sizeof(kShownField) - 1)] = value;
    }
  }
  attempt.phase = Phase::kGranted;
  attempt.expires_at = clock_.Now() + kAttemptLife;
  attempt.tokens_obtained_at = tokens.obtained_at;
  attempt.tokens_expire_at = tokens.expires_at;
  attempt.scopes = tokens.scopes;
  // A vendor that says nothing has granted what was asked for (RFC 6749, section 5.1).
  if (attempt.scopes.empty()) attempt.scopes = SplitScopes(provider.AskedScopes());
  RETURN_IF_ERROR(attempts_.Grant(attempt, secrets, context));
  granted.attempt = std::move(attempt);
  return granted;
}

absl::StatusOr<AccountConnector::Granted> AccountConnector::Failed(OAuthAttempt attempt,
                                                                   const std::string& reason,
                                                                   const std::string& text,
                                                                   const AuditContext& context) {
  RETURN_IF_ERROR(attempts_.Fail(attempt.attempt_id, reason, text, context).status());
  attempt.phase = Phase::kFailed;
  attempt.failure_reason = reason;
  attempt.failure_text = text;
  return Granted{std::move(attempt), {}};
}

absl::StatusOr<Credential> AccountConnector::Keep(const std::string& workspace_id,
                                                  const std::string& attempt_id,
                                                  const OAuthAttempts::Profile& profile,
                                                  const AuditContext& context) {
  ASSIGN_OR_RETURN(const OAuthAttempt attempt, attempts_.Find(workspace_id, attempt_id));
  Tokens life;
  life.obtained_at = attempt.tokens_obtained_at.value_or(Timestamp());
  life.expires_at = attempt.tokens_expire_at;
  return attempts_.Keep(
      attempt_id, profile,
      [&](bool has_refresh_token) -> OAuthAttempts::Renewal {
        if (!CanBeRenewed(attempt, has_refresh_token)) return {false, std::nullopt};
        return {true, refresher_.DueTime(life)};
      },
      clock_.Now(), context);
}

absl::Status AccountConnector::Drop(const std::string& workspace_id, const std::string& attempt_id,
                                    const std::string& reason, const std::string& text,
                                    const AuditContext& context) {
  ASSIGN_OR_RETURN(const OAuthAttempt attempt, attempts_.Find(workspace_id, attempt_id));
  ASSIGN_OR_RETURN(const SecretFields secrets, attempts_.Fail(attempt_id, reason, text, context));
  Revoke(attempt.platform, secrets);
  return absl::OkStatus();
}

absl::Status AccountConnector::DropExpired() {
  ASSIGN_OR_RETURN(const auto expired, attempts_.Expire(clock_.Now()));
  for (const auto& [platform, secrets] : expired) Revoke(platform, secrets);
  return absl::OkStatus();
}

void AccountConnector::Revoke(const std::string& platform, const SecretFields& secrets) {
  const OAuthProvider* provider = providers_.Find(platform);
  if (provider == nullptr) return;
  const auto revoked = client_.Revoke(*provider, secrets, {});
  if (!revoked.ok()) {
    log::Warning("tokens that are not kept could not be revoked",
                 {{"platform", platform}, {"status", revoked.status()}});
  }
}

}  // namespace callimport::credential_manager

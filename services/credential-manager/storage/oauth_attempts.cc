#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "services/credential-manager/storage/audit_table.h"
#include "services/credential-manager/storage/credentials_table.h"
#include "services/credential-manager/storage/oauth_attempts_table.h"
#include "services/credential-manager/storage/oauth_store.h"
#include "services/credential-manager/storage/oauth_tokens_table.h"
#include "services/credential-manager/storage/store_credential.h"

namespace callimport::credential_manager {
namespace {

using Phase = OAuthAttempt::Phase;

// How long the outcome of an attempt can be looked up.
constexpr auto kKept = std::chrono::hours(24);
constexpr int kExpiredAtOnce = 50;

absl::Status NotFound(const std::string& attempt_id) {
  return Error(absl::StatusCode::kNotFound, "OAUTH_ATTEMPT_NOT_FOUND", "no attempt " + attempt_id);
}

absl::Status Over() {
  return Error(absl::StatusCode::kFailedPrecondition, "OAUTH_ATTEMPT_OVER",
               "this attempt to connect is over; begin again");
}

AuditEntry Entry(const OAuthAttempt& attempt, const std::string& action,
                 const std::string& detail) {
  return {.workspace_id = attempt.workspace_id,
          .credential_id = attempt.attempt_id,
          .action = action,
          .detail = detail};
}

Tokens TokensOf(const OAuthAttempt& attempt) {
  return {.access_token = Secret(),
          .refresh_token = Secret(),
          .obtained_at = attempt.tokens_obtained_at.value_or(Timestamp()),
          .expires_at = attempt.tokens_expire_at,
          .scopes = attempt.scopes,
          .base_url = ""};
}

NewCredential CredentialOf(const OAuthAttempt& attempt, const OAuthAttempts::Profile& profile,
                           const SecretFields& secrets) {
  NewCredential credential;
  credential.request_id = attempt.attempt_id;
  credential.workspace_id = attempt.workspace_id;
  credential.platform = attempt.platform;
  credential.type = CredentialType::kOAuth;
  credential.account_ref = attempt.account_ref;
  credential.account_name = profile.account_name;
  credential.account_email = profile.account_email;
  credential.replace = attempt.replace;
  credential.created_by = attempt.created_by;
  for (const auto& [name, value] : secrets) {
    if (name.starts_with(kShownField)) {
      credential.public_fields[name.substr(sizeof(kShownField) - 1)] = value.Reveal();
    } else {
      credential.secret_fields.emplace(name, value);
    }
  }
  return credential;
}

void EndFailed(pqxx::work& tx, OAuthAttempt& attempt, const std::string& reason,
               const std::string& text) {
  attempt.phase = Phase::kFailed;
  attempt.failure_reason = reason;
  attempt.failure_text = text;
  UpdateAttempt(tx, attempt);
  DestroyAttemptSecret(tx, attempt.attempt_id);
}

}  // namespace

absl::Status OAuthAttempts::Begin(const OAuthAttempt& attempt, const std::string& state_hash,
                                  const SecretFields& secrets, const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::Status {
    InsertAttempt(tx, attempt, state_hash);
    if (!secrets.empty()) RETURN_IF_ERROR(PutAttemptSecret(tx, sealer_, attempt, secrets));
    AppendAudit(tx, Entry(attempt, "oauth-begin", attempt.platform), context);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::optional<OAuthAttempts::Taken>> OAuthAttempts::Take(
    const std::string& state_hash) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<std::optional<Taken>> {
    auto attempt = TakeAttempt(tx, state_hash);
    if (!attempt) return std::nullopt;
    Taken taken{*std::move(attempt), {}};
    ASSIGN_OR_RETURN(taken.secrets, OpenAttemptSecret(tx, sealer_, taken.attempt));
    DestroyAttemptSecret(tx, taken.attempt.attempt_id);
    return taken;
  });
}

absl::Status OAuthAttempts::Grant(const OAuthAttempt& attempt, const SecretFields& secrets,
                                  const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::Status {
    const auto locked = LockAttempt(tx, attempt.attempt_id);
    if (!locked) return NotFound(attempt.attempt_id);
    if (locked->phase != Phase::kExchanging) return Over();
    OAuthAttempt granted = attempt;
    granted.phase = Phase::kGranted;
    UpdateAttempt(tx, granted);
    RETURN_IF_ERROR(PutAttemptSecret(tx, sealer_, granted, secrets));
    AppendAudit(tx, Entry(attempt, "oauth-grant", JoinScopes(attempt.scopes)), context);
    return absl::OkStatus();
  });
}

absl::StatusOr<Credential> OAuthAttempts::Keep(const std::string& attempt_id,
                                               const Profile& profile, const PlanRenewal& plan,
                                               Timestamp now, const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Credential> {
    auto attempt = LockAttempt(tx, attempt_id);
    if (!attempt) return NotFound(attempt_id);
    if (attempt->phase == Phase::kConnected) {
      auto credential = FindCredential(tx, attempt->workspace_id, attempt->credential_id);
      if (!credential) return CredentialNotFound(attempt->credential_id);
      return *std::move(credential);
    }
    if (attempt->phase != Phase::kGranted || attempt->expires_at <= now) return Over();
    ASSIGN_OR_RETURN(const SecretFields secrets, OpenAttemptSecret(tx, sealer_, *attempt));
    ASSIGN_OR_RETURN(
        const Credential stored,
        StoreCredential(tx, sealer_, CredentialOf(*attempt, profile, secrets), context));
    const Renewal renewal = plan(secrets.contains(kRefreshToken));
    InsertTokens(tx, stored.credential_id, attempt->grant, TokensOf(*attempt), renewal.possible,
                 renewal.due);
    SetExpiry(tx, stored.credential_id, attempt->tokens_expire_at);
    attempt->phase = Phase::kConnected;
    attempt->credential_id = stored.credential_id;
    UpdateAttempt(tx, *attempt);
    DestroyAttemptSecret(tx, attempt_id);
    return *FindCredential(tx, stored.workspace_id, stored.credential_id);
  });
}

absl::StatusOr<SecretFields> OAuthAttempts::Fail(const std::string& attempt_id,
                                                 const std::string& reason, const std::string& text,
                                                 const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<SecretFields> {
    auto attempt = LockAttempt(tx, attempt_id);
    if (!attempt) return NotFound(attempt_id);
    if (attempt->phase >= Phase::kConnected) return SecretFields();
    SecretFields secrets;
    if (attempt->phase == Phase::kGranted) {
      ASSIGN_OR_RETURN(secrets, OpenAttemptSecret(tx, sealer_, *attempt));
    }
    EndFailed(tx, *attempt, reason, text);
    AppendAudit(tx, Entry(*attempt, "oauth-fail", reason), context);
    return secrets;
  });
}

absl::StatusOr<OAuthAttempt> OAuthAttempts::Find(const std::string& workspace_id,
                                                 const std::string& attempt_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<OAuthAttempt> {
    auto attempt = FindAttempt(tx, workspace_id, attempt_id);
    if (!attempt) return NotFound(attempt_id);
    return *std::move(attempt);
  });
}

absl::StatusOr<std::vector<std::pair<std::string, SecretFields>>> OAuthAttempts::Expire(
    Timestamp now) {
  using Expired = std::vector<std::pair<std::string, SecretFields>>;
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Expired> {
    Expired ended;
    std::vector<AuditedAct> acts;
    for (OAuthAttempt& attempt : LockExpiredAttempts(tx, now, kExpiredAtOnce)) {
      if (attempt.phase == Phase::kGranted) {
        auto secrets = OpenAttemptSecret(tx, sealer_, attempt);
        if (secrets.ok()) ended.emplace_back(attempt.platform, *std::move(secrets));
      }
      EndFailed(tx, attempt, "OAUTH_ATTEMPT_OVER", "nobody completed it in time");
      acts.push_back(
          {Entry(attempt, "oauth-fail", "OAUTH_ATTEMPT_OVER"), {"credential-manager", ""}});
    }
    DeleteAttemptsBefore(tx, now - kKept);
    if (!acts.empty()) AppendAudit(tx, acts);
    return ended;
  });
}

}  // namespace callimport::credential_manager

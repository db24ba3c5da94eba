#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "services/credential-manager/storage/audit_table.h"
#include "services/credential-manager/storage/credentials_table.h"
#include "services/credential-manager/storage/oauth_store.h"
#include "services/credential-manager/storage/oauth_tokens_table.h"
#include "services/credential-manager/storage/secrets_table.h"

namespace callimport::credential_manager {
namespace {

using std::chrono::seconds;

SealedFor OwnerOf(const Credential& credential) {
  return {credential.workspace_id, credential.platform, credential.credential_id};
}

// Whoever gets a token must still be able to use it.
Timestamp UsableUntil(const TokenRow& tokens) {
  const auto life = *tokens.expires_at - tokens.obtained_at;
  return *tokens.expires_at - std::min<Timestamp::duration>(seconds(30), life / 10);
}

bool IsUsable(const TokenRow& tokens, const RefreshWish& wish, Timestamp now) {
  if (wish.refused_generation == tokens.facts.generation) return false;
  return !tokens.expires_at || now < UsableUntil(tokens);
}

bool IsWanted(const TokenRow& tokens, const RefreshWish& wish, Timestamp now) {
  if (!IsUsable(tokens, wish, now)) return true;
  return wish.when_due && tokens.refresh_at && *tokens.refresh_at <= now;
}

AuditEntry Entry(const RefreshClaim& claim, const std::string& detail) {
  return {.workspace_id = claim.workspace_id,
          .credential_id = claim.credential_id,
          .action = "refresh",
          .detail = detail};
}

absl::Status Replaced() {
  return Error(absl::StatusCode::kAborted, "TOKENS_REPLACED",
               "somebody else has renewed, replaced or deleted these tokens meanwhile");
}

RefreshClaim ClaimOf(const Credential& credential, const TokenRow& tokens) {
  RefreshClaim claim;
  claim.workspace_id = credential.workspace_id;
  claim.credential_id = credential.credential_id;
  claim.platform = credential.platform;
  claim.grant = tokens.facts.grant;
  claim.generation = tokens.facts.generation;
  claim.holder = NewUuid();
  claim.public_fields = credential.public_fields;
  claim.after_unknown_outcome = tokens.facts.outcome_unknown || tokens.asked;
  claim.failures = tokens.failures;
  return claim;
}

SecretFields With(const Tokens& tokens, SecretFields secrets) {
  secrets[kAccessToken] = tokens.access_token;
  // Without a new one the old one goes on.
  if (!tokens.refresh_token.empty()) secrets[kRefreshToken] = tokens.refresh_token;
  return secrets;
}

}  // namespace

absl::StatusOr<TokenRenewals::Claimed> TokenRenewals::Claim(const std::string& workspace_id,
                                                            const std::string& credential_id,
                                                            const RefreshWish& wish, Timestamp now,
                                                            Timestamp until,
                                                            const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Claimed> {
    const auto credential = FindCredential(tx, workspace_id, credential_id);
    if (!credential) return CredentialNotFound(credential_id);
    const auto tokens = LockTokens(tx, credential_id);
    if (!tokens) return Fresh();
    if (!IsWanted(*tokens, wish, now)) return Fresh();
    const bool usable = IsUsable(*tokens, wish, now);
    const TokenFacts& facts = tokens->facts;
    if (facts.problem == TokenProblem::kRevoked || !facts.refreshable) {
      return Barred{facts.problem, facts.problem_text, std::nullopt, usable};
    }
    if (tokens->claimed_until && now < *tokens->claimed_until) {
      return Busy{*tokens->claimed_until, usable};
    }
    if (tokens->retry_at && now < *tokens->retry_at) {
      return Barred{facts.problem, facts.problem_text, tokens->retry_at, usable};
    }
    // Nobody changes the secret meanwhile: who replaces it takes these tokens away first.
    const auto envelope = FindSecret(tx, credential_id);
    if (!envelope) return CredentialNotFound(credential_id);
    RefreshClaim claim = ClaimOf(*credential, *tokens);
    ASSIGN_OR_RETURN(claim.secrets, sealer_.Open(OwnerOf(*credential), *envelope));
    ClaimTokens(tx, credential_id, claim.holder, until, now);
    AppendAudit(tx, Entry(claim, "asking for the pair after " + std::to_string(claim.generation)),
                context);
    return claim;
  });
}

absl::Status TokenRenewals::Renewed(const RefreshClaim& claim, const Tokens& tokens,
                                    const std::optional<Timestamp>& refresh_at,
                                    const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::Status {
    const std::string before = DigestOfState(tx, claim.workspace_id, claim.credential_id);
    if (before.empty()) return Replaced();
    if (!PutNewTokens(tx, claim, tokens, refresh_at)) return Replaced();
    RETURN_IF_ERROR(PutSecret(tx, sealer_,
                              {claim.workspace_id, claim.platform, claim.credential_id},
                              With(tokens, claim.secrets)));
    SetExpiry(tx, claim.credential_id, tokens.expires_at);
    if (!tokens.base_url.empty())
      SetPublicField(tx, claim.credential_id, "base_url", tokens.base_url);
    AuditEntry entry = Entry(claim, "renewed");
    entry.before_digest = before;
    entry.after_digest = DigestOfState(tx, claim.workspace_id, claim.credential_id);
    AppendAudit(tx, entry, context);
    return absl::OkStatus();
  });
}

absl::Status TokenRenewals::NotRenewed(const RefreshClaim& claim, const RefreshFailure& failure,
                                       const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::Status {
    if (!PutFailure(tx, claim, failure)) return Replaced();
    AppendAudit(tx, Entry(claim, failure.text), context);
    return absl::OkStatus();
  });
}

absl::StatusOr<int64_t> TokenRenewals::Generation(const std::string& workspace_id,
                                                  const std::string& credential_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<int64_t> {
    const auto credential = FindCredential(tx, workspace_id, credential_id);
    if (!credential || !credential->tokens) return CredentialNotFound(credential_id);
    return credential->tokens->generation;
  });
}

absl::StatusOr<std::vector<DueTokens>> TokenRenewals::Due(Timestamp now, int limit) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) { return ListDueTokens(tx, now, limit); });
}

}  // namespace callimport::credential_manager

// What the vault remembers of OAuth: attempts to connect, and the renewal of tokens. A method is
// one transaction, its audit entry included; none waits for a vendor.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/postgres/pool.h"
#include "services/credential-manager/domain/oauth.h"
#include "services/credential-manager/sealing/sealer.h"

namespace callimport::credential_manager {

// Fields of an attempt that may be shown later stand among its secrets behind this.
inline constexpr char kShownField[] = "shown:";

class OAuthAttempts {
 public:
  OAuthAttempts(postgres::Pool& pool, const Sealer& sealer) : pool_(pool), sealer_(sealer) {}

  // `state_hash` is empty where no browser takes part.
  absl::Status Begin(const OAuthAttempt& attempt, const std::string& state_hash,
                     const SecretFields& secrets, const AuditContext& context);

  struct Taken {
    OAuthAttempt attempt;
    SecretFields secrets;
  };
  // Whose state it was; nothing when nobody's, or it has been used.
  absl::StatusOr<std::optional<Taken>> Take(const std::string& state_hash);

  // Its tokens are sealed here until the vendor was asked for something with them.
  absl::Status Grant(const OAuthAttempt& attempt, const SecretFields& secrets,
                     const AuditContext& context);

  struct Profile {
    std::string account_name;
    std::string account_email;
  };
  struct Renewal {
    bool possible = false;
    std::optional<Timestamp> due;
  };
  using PlanRenewal = std::function<Renewal(bool has_refresh_token)>;
  // The attempt becomes a credential. Doing it again gives the same. NOT_FOUND
  // (OAUTH_ATTEMPT_NOT_FOUND), FAILED_PRECONDITION (OAUTH_ATTEMPT_OVER), ALREADY_EXISTS
  // (CREDENTIAL_EXISTS), which ends the attempt.
  absl::StatusOr<Credential> Keep(const std::string& attempt_id, const Profile& profile,
                                  const PlanRenewal& plan, Timestamp now,
                                  const AuditContext& context);

  // The attempt has failed; its secrets are destroyed, and given back to be revoked. Nothing when
  // it is over already.
  absl::StatusOr<SecretFields> Fail(const std::string& attempt_id, const std::string& reason,
                                    const std::string& text, const AuditContext& context);

  absl::StatusOr<OAuthAttempt> Find(const std::string& workspace_id, const std::string& attempt_id);

  // What came of nothing in its time has failed. Returns the secrets of those, by platform.
  absl::StatusOr<std::vector<std::pair<std::string, SecretFields>>> Expire(Timestamp now);

 private:
  postgres::Pool& pool_;
  const Sealer& sealer_;
};

// Why somebody wants other tokens.
struct RefreshWish {
  // The vendor has refused the tokens of this generation, whatever their life; 0: none.
  int64_t refused_generation = 0;
  // Already when they are due, not only when they are about to expire.
  bool when_due = false;
};

class TokenRenewals {
 public:
  TokenRenewals(postgres::Pool& pool, const Sealer& sealer) : pool_(pool), sealer_(sealer) {}

  // There is nothing to wait for: the tokens can be used.
  struct Fresh {};
  // Somebody else asks the vendor, at the longest until then.
  struct Busy {
    Timestamp until;
    // The present tokens can be used meanwhile.
    bool usable = false;
  };
  // New ones cannot be had now.
  struct Barred {
    TokenProblem problem = TokenProblem::kNone;
    std::string text;
    std::optional<Timestamp> retry_at;
    bool usable = false;
  };
  using Claimed = std::variant<Fresh, Busy, Barred, RefreshClaim>;

  // NOT_FOUND (CREDENTIAL_NOT_FOUND). Whoever gets a claim has until then to end it.
  absl::StatusOr<Claimed> Claim(const std::string& workspace_id, const std::string& credential_id,
                                const RefreshWish& wish, Timestamp now, Timestamp until,
                                const AuditContext& context);

  // The new pair is what everybody gets from now on. ABORTED (TOKENS_REPLACED) when the claim is
  // not in force any more: then the new pair is not stored.
  absl::Status Renewed(const RefreshClaim& claim, const Tokens& tokens,
                       const std::optional<Timestamp>& refresh_at, const AuditContext& context);
  absl::Status NotRenewed(const RefreshClaim& claim, const RefreshFailure& failure,
                          const AuditContext& context);

  // Of the tokens that are in force. NOT_FOUND.
  absl::StatusOr<int64_t> Generation(const std::string& workspace_id,
                                     const std::string& credential_id);

  absl::StatusOr<std::vector<DueTokens>> Due(Timestamp now, int limit);

 private:
  postgres::Pool& pool_;
  const Sealer& sealer_;
};

}  // namespace callimport::credential_manager

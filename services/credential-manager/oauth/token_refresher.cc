#include "services/credential-manager/oauth/token_refresher.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"
#include "services/credential-manager/oauth/refresh_schedule.h"

namespace callimport::credential_manager {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr int kDueAtOnce = 20;
constexpr int kStoreAttempts = 5;

void Count(const std::string& platform, const std::string& outcome) {
  metrics::Counter("oauth_refreshes_total", "Requests for new tokens, by platform and outcome.",
                   {{"platform", platform}, {"outcome", outcome}})
      .Add();
}

absl::Status MustConnectAgain(const std::string& text) {
  return Error(absl::StatusCode::kFailedPrecondition, "INVALID_KEY",
               (text.empty() ? "The token has expired and cannot be renewed." : text) +
                   " Connect the account again.");
}

absl::Status Down(const std::string& text, milliseconds delay) {
  return WithRetryDelay(Error(absl::StatusCode::kUnavailable, "VENDOR_UNREACHABLE", text), delay);
}

std::string RevokedText(const RefreshClaim& claim, const OAuthProvider& provider) {
  if (claim.after_unknown_outcome) {
    return "A renewal was interrupted before its answer could be stored, and " +
           provider.display_name + " does not take the token from before it any more.";
  }
  return provider.display_name + " has revoked the access, or it was not used for too long.";
}

// A repeated outcome of a closed breaker, whoever asks.
absl::Status OfBarred(const TokenRenewals::Barred& barred, Timestamp now) {
  if (barred.usable) return absl::OkStatus();
  if (!barred.retry_at) return MustConnectAgain(barred.text);
  return Down(barred.text, std::chrono::ceil<milliseconds>(*barred.retry_at - now));
}

}  // namespace

TokenRefresher::TokenRefresher(TokenRenewals& renewals, const OAuthProviders& providers,
                               OAuthClient& client, const Clock& clock, RefreshSettings settings)
    : renewals_(renewals),
      providers_(providers),
      client_(client),
      clock_(clock),
      settings_(std::move(settings)) {}

std::optional<Timestamp> TokenRefresher::DueTime(const Tokens& tokens) {
  std::lock_guard lock(mutex_);
  return RefreshTime(tokens, random_);
}

// Those who ask at the same time here go together; the claim in the database keeps replicas apart.
absl::Status TokenRefresher::Freshen(const std::string& workspace_id,
                                     const std::string& credential_id, const RefreshWish& wish,
                                     const AuditContext& context) {
  const std::string key = workspace_id + "/" + credential_id + "/" +
                          std::to_string(wish.refused_generation) + (wish.when_due ? "/due" : "");
  std::promise<absl::Status> promise;
  {
    std::unique_lock lock(mutex_);
    const auto [flight, first] = flights_.try_emplace(key);
    if (!first) {
      const Flight others = flight->second;
      lock.unlock();
      return others.get();
    }
    flight->second = promise.get_future().share();
  }
  absl::Status status = absl::UnknownError("");
  try {
    status = FreshenHere(workspace_id, credential_id, wish, context);
  } catch (const std::exception& problem) {
    status = Error(absl::StatusCode::kInternal, "UNEXPECTED_EXCEPTION", problem.what());
  }
  {
    std::lock_guard lock(mutex_);
    flights_.erase(key);
  }
  promise.set_value(status);
  return status;
}

absl::Status TokenRefresher::FreshenHere(const std::string& workspace_id,
                                         const std::string& credential_id, const RefreshWish& wish,
                                         const AuditContext& context) {
  const auto give_up = Steady::now() + settings_.patience;
  while (true) {
    const Timestamp now = clock_.Now();
    ASSIGN_OR_RETURN(
        const TokenRenewals::Claimed claimed,
        renewals_.Claim(workspace_id, credential_id, wish, now, now + settings_.claim, context));
    if (std::holds_alternative<TokenRenewals::Fresh>(claimed)) return absl::OkStatus();
    if (const auto* barred = std::get_if<TokenRenewals::Barred>(&claimed)) {
      return OfBarred(*barred, now);
    }
    if (const auto* claim = std::get_if<RefreshClaim>(&claimed)) return Renew(*claim, context);
    if (std::get<TokenRenewals::Busy>(claimed).usable) return absl::OkStatus();
    if (Steady::now() >= give_up) {
      return Down("the token is being renewed", std::chrono::seconds(1));
    }
    std::this_thread::sleep_for(settings_.look_again);
  }
}

absl::Status TokenRefresher::Renew(const RefreshClaim& claim, const AuditContext& context) {
  settings_.at_step("claimed");
  const OAuthProvider* provider = providers_.Find(claim.platform);
  if (provider == nullptr) {
    return GiveUp(claim,
                  Error(absl::StatusCode::kFailedPrecondition, "OAUTH_NOT_CONFIGURED",
                        "the catalog does not say how " + claim.platform + " does OAuth"),
                  context);
  }
  const auto tokens = client_.Renew(*provider, claim.grant, claim.secrets, claim.public_fields);
  settings_.at_step("answered");
  if (!tokens.ok()) return GiveUp(claim, tokens.status(), context);
  RETURN_IF_ERROR(Store(claim, *tokens, context));
  settings_.at_step("stored");
  Count(claim.platform, "renewed");
  log::Info("tokens were renewed",
            {{"credential_id", claim.credential_id}, {"platform", claim.platform}});
  return absl::OkStatus();
}

// The vendor has handed it out, so the write is repeated and not the question.
absl::Status TokenRefresher::Store(const RefreshClaim& claim, const Tokens& tokens,
                                   const AuditContext& context) {
  const auto refresh_at = DueTime(tokens);
  absl::Status status;
  for (int attempt = 1; attempt <= kStoreAttempts; ++attempt) {
    status = renewals_.Renewed(claim, tokens, refresh_at, context);
    if (status.ok()) return status;
    // After a commit in doubt that went well, the claim is used up as well.
    if (ReasonOf(status) == "TOKENS_REPLACED") break;
    std::this_thread::sleep_for(settings_.look_again * attempt);
  }
  if (ReasonOf(status) == "TOKENS_REPLACED") {
    const auto present = renewals_.Generation(claim.workspace_id, claim.credential_id);
    if (present.ok() && *present > claim.generation) return absl::OkStatus();
  }
  Count(claim.platform, "lost");
  log::Error(
      "new tokens could not be stored; the next renewal may be refused",
      {{"credential_id", claim.credential_id}, {"platform", claim.platform}, {"status", status}});
  return Down("the new token could not be stored", std::chrono::seconds(1));
}

std::chrono::milliseconds TokenRefresher::Delay(int failures, const absl::Status& why) {
  std::lock_guard lock(mutex_);
  const auto own = DelayAfter(settings_.vendor_down, failures, random_);
  return std::max(own, RetryDelayOf(why).value_or(milliseconds(0)));
}

absl::Status TokenRefresher::GiveUp(const RefreshClaim& claim, const absl::Status& why,
                                    const AuditContext& context) {
  const OAuthProvider* provider = providers_.Find(claim.platform);
  const std::string reason = ReasonOf(why);
  RefreshFailure failure{.text = std::string(why.message()), .retry_at = std::nullopt};
  absl::Status answer;
  if (reason == "OAUTH_REFUSED") {
    failure.problem = TokenProblem::kRevoked;
    failure.text = RevokedText(claim, *provider) + " (" + std::string(why.message()) + ".)";
    answer = MustConnectAgain(failure.text);
  } else {
    const auto delay = Delay(claim.failures + 1, why);
    const bool ours = reason == "OAUTH_CLIENT_REFUSED" || reason == "OAUTH_NOT_CONFIGURED";
    failure.problem = ours ? TokenProblem::kClientRefused : TokenProblem::kVendorDown;
    failure.outcome_unknown = IsOutcomeUnknown(why);
    failure.retry_at = clock_.Now() + delay;
    answer = Down(failure.text, delay);
  }
  Count(claim.platform, reason.empty() ? "failed" : reason);
  log::Warning(
      "tokens were not renewed",
      {{"credential_id", claim.credential_id}, {"platform", claim.platform}, {"status", why}});
  const absl::Status noted = renewals_.NotRenewed(claim, failure, context);
  if (!noted.ok()) log::Error("a failed renewal could not be noted", {{"status", noted}});
  return answer;
}

absl::Status TokenRefresher::RenewDue() {
  ASSIGN_OR_RETURN(const auto due, renewals_.Due(clock_.Now(), kDueAtOnce));
  for (const DueTokens& tokens : due) {
    const absl::Status status =
        Freshen(tokens.workspace_id, tokens.credential_id,
                {.refused_generation = 0, .when_due = true}, {"credential-manager", ""});
    if (absl::IsInternal(status)) return status;
  }
  return absl::OkStatus();
}

}  // namespace callimport::credential_manager

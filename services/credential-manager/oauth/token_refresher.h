// Keeps OAuth tokens usable. However many ask, on however many replicas, the vendor is asked once
// for each new pair, and nobody gets a token before its pair is durable.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "libs/common/clock.h"
#include "libs/common/retry_policy.h"
#include "services/credential-manager/oauth/oauth_client.h"
#include "services/credential-manager/oauth/providers.h"
#include "services/credential-manager/storage/oauth_store.h"

namespace callimport::credential_manager {

struct RefreshSettings {
  // Longer than the token endpoint's deadline and the commit behind it.
  std::chrono::milliseconds claim{30'000};
  // How long one waits for somebody else's renewal.
  std::chrono::milliseconds patience{8'500};
  std::chrono::milliseconds look_again{50};
  RetryPolicy vendor_down{.max_attempts = 0,
                          .first_delay = std::chrono::seconds(5),
                          .multiplier = 2,
                          .max_delay = std::chrono::minutes(10)};
  // Told of each step, for tests: "claimed", "answered", "stored".
  std::function<void(std::string_view step)> at_step = [](std::string_view) {};
};

class TokenRefresher {
 public:
  TokenRefresher(TokenRenewals& renewals, const OAuthProviders& providers, OAuthClient& client,
                 const Clock& clock, RefreshSettings settings = {});

  // OK: the tokens can be used now. Otherwise, as adapters name it:
  //   FAILED_PRECONDITION INVALID_KEY    revoked or expired for good: connect again
  //   UNAVAILABLE VENDOR_UNREACHABLE     none to be had now, with the delay until the next try
  //   NOT_FOUND
  absl::Status Freshen(const std::string& workspace_id, const std::string& credential_id,
                       const RefreshWish& wish, const AuditContext& context);

  // Renews what is due, a bounded number of them. One that fails does not keep the others.
  absl::Status RenewDue();

  // When a credential's first tokens are due.
  std::optional<Timestamp> DueTime(const Tokens& tokens);

 private:
  using Flight = std::shared_future<absl::Status>;

  absl::Status FreshenHere(const std::string& workspace_id, const std::string& credential_id,
                           const RefreshWish& wish, const AuditContext& context);
  absl::Status Renew(const RefreshClaim& claim, const AuditContext& context);
  absl::Status Store(const RefreshClaim& claim, const Tokens& tokens, const AuditContext& context);
  absl::Status GiveUp(const RefreshClaim& claim, const absl::Status& why,
                      const AuditContext& context);
  std::chrono::milliseconds Delay(int failures, const absl::Status& why);

  TokenRenewals& renewals_;
  const OAuthProviders& providers_;
  OAuthClient& client_;
  const Clock& clock_;
  const RefreshSettings settings_;
  std::mutex mutex_;
  std::map<std::string, Flight> flights_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace callimport::credential_manager

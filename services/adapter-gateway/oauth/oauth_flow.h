// Connecting an account that is approved in a browser: between the vault, which gets the tokens,
// and the vendor, who says whether they are good for anything.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "callimport/adapter_gateway/v1/oauth_connections.pb.h"
#include "callimport/credential_manager/v1/oauth_vault.pb.h"
#include "libs/clients/credential_manager/oauth_vault_client.h"
#include "libs/http/http_server.h"
#include "services/adapter-gateway/oauth/landing.h"
#include "services/adapter-gateway/platforms/platform_registry.h"
#include "services/adapter-gateway/sessions/access_leases.h"
#include "services/adapter-gateway/sessions/vendor_accounts.h"

namespace callimport::adapter_gateway {

class OAuthFlow {
 public:
  OAuthFlow(const PlatformRegistry& platforms, credential_manager::OAuthVaultClient& vault,
            AccessLeases& leases, const VendorLine& line, const OAuthLandings& landings)
      : platforms_(platforms), vault_(vault), leases_(leases), line_(line), landings_(landings) {}

  absl::StatusOr<v1::BeginOAuthResponse> Begin(const v1::BeginOAuthRequest& request,
                                               const common::v1::Actor& actor);

  struct Finished {
    credential_manager::v1::OAuthAttempt attempt;
    v1::OAuthOutcome outcome;
  };
  // Stores the account if the vendor accepts what was granted.
  absl::StatusOr<Finished> Finish(const credential_manager::v1::CompleteOAuthRequest& request);

  absl::StatusOr<v1::OAuthOutcome> Outcome(const std::string& workspace_id,
                                           const std::string& attempt_id);

  // GET /oauth/callback/<platform>, by the browser.
  http::ServedAnswer OnRequest(const http::ServedRequest& request);

 private:
  absl::StatusOr<AccountProfile> AskVendor(
      const credential_manager::v1::CompleteOAuthResponse& completed);
  absl::StatusOr<std::string> Keep(const credential_manager::v1::OAuthAttempt& attempt,
                                   const AccountProfile& profile);
  void Drop(const credential_manager::v1::OAuthAttempt& attempt, const absl::Status& why);

  const PlatformRegistry& platforms_;
  credential_manager::OAuthVaultClient& vault_;
  AccessLeases& leases_;
  const VendorLine& line_;
  const OAuthLandings& landings_;
};

}  // namespace callimport::adapter_gateway

// Where a browser goes when it has come back from a vendor.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "callimport/adapter_gateway/v1/oauth_connections.pb.h"
#include "callimport/credential_manager/v1/oauth_vault.pb.h"
#include "libs/http/http_server.h"
#include "services/adapter-gateway/config.pb.h"

namespace callimport::adapter_gateway {

class OAuthLandings {
 public:
  explicit OAuthLandings(OAuthReturn config) : config_(std::move(config)) {}

  // CONFIG_INVALID when an origin or the base is no address, or a path does not begin with one '/'.
  absl::Status Check() const;

  // INVALID_ARGUMENT unless the path or the origin is exactly one of those allowed.
  absl::Status CheckAllowed(const v1::BeginOAuthRequest& request) const;

  // The answer to the browser. Never a state, a code or a token.
  http::ServedAnswer Answer(const credential_manager::v1::OAuthAttempt& attempt,
                            const v1::OAuthOutcome& outcome) const;

 private:
  OAuthReturn config_;
};

// For those of whom we know nothing: "This approval is unknown …".
http::ServedAnswer Page(int status, const std::string& title, const std::string& text);

}  // namespace callimport::adapter_gateway

// Asks the token endpoints of the catalog, and nobody else: the only way out of the vault to a
// vendor. Knows the protocol; what is peculiar to a platform is data.
#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "libs/http/http_client.h"
#include "services/credential-manager/domain/oauth.h"
#include "services/credential-manager/oauth/providers.h"

namespace callimport::credential_manager {

// Every request has a deadline of eight seconds and is sent once. Errors:
//   FAILED_PRECONDITION OAUTH_REFUSED        the vendor takes this code, token or assertion never
//                                            again (invalid_grant and the like)
//   FAILED_PRECONDITION OAUTH_CLIENT_REFUSED it is us whom the vendor does not know
//   UNAVAILABLE VENDOR_UNREACHABLE           the request did not get there
//   UNAVAILABLE VENDOR_ERROR                 the vendor said 429 or 503: it did nothing
//   UNAVAILABLE OUTCOME_UNKNOWN              nobody knows what the vendor did
// No error text holds what was sent or answered.
class OAuthClient {
 public:
  OAuthClient(http::HttpClient& http, const Clock& clock) : http_(http), clock_(clock) {}

  absl::StatusOr<Tokens> ExchangeCode(const OAuthProvider& provider, const Secret& code,
                                      const std::string& redirect_uri, const Secret& verifier);

  // New tokens for those that a credential holds: by its refresh token, or by asking again.
  absl::StatusOr<Tokens> Renew(const OAuthProvider& provider, GrantKind grant,
                               const SecretFields& secrets, const Fields& public_fields);

  // Client credentials, account credentials, JWT bearer: what the grant's form needs is among the
  // fields, and maybe the customer's own client_id and client_secret.
  absl::StatusOr<Tokens> Request(const OAuthProvider& provider, GrantKind grant,
                                 const SecretFields& secrets, const Fields& public_fields);

  // Best effort (RFC 7009): by the refresh token where there is one, which ends the whole grant.
  // False when there is nothing to ask: no such endpoint, or no token.
  absl::StatusOr<bool> Revoke(const OAuthProvider& provider, const SecretFields& secrets,
                              const Fields& public_fields);

 private:
  using Form = std::map<std::string, Secret>;
  absl::StatusOr<http::Response> Post(const OAuthProvider& provider, const std::string& url,
                                      const OAuthClientKey& client, Form form);
  absl::StatusOr<Tokens> Ask(const OAuthProvider& provider, const OAuthClientKey& client,
                             Form form);

  http::HttpClient& http_;
  const Clock& clock_;
};

// Whether asking again with the same refresh token might do harm, since it may be used up.
bool IsOutcomeUnknown(const absl::Status& status);

}  // namespace callimport::credential_manager

// Where a browser is sent to have an account approved.
#pragma once

#include <string>

#include "libs/common/secret.h"
#include "services/credential-manager/oauth/providers.h"

namespace callimport::credential_manager {

// Everything percent-encoded. The provider must have a client. `verifier` is empty where the vendor
// takes no PKCE.
std::string AuthorizationUrl(const OAuthProvider& provider, const std::string& redirect_uri,
                             const Secret& state, const Secret& verifier);

}  // namespace callimport::credential_manager

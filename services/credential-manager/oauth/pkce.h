// What makes an authorization code worthless to whoever did not ask for it (RFC 7636, RFC 6749
// section 10.12).
#pragma once

#include <string>

#include "libs/common/secret.h"

namespace callimport::credential_manager {

// 32 random bytes in the letters of an address: 43 of them. For states and code verifiers.
Secret NewOAuthSecret();

// The S256 challenge of a verifier.
std::string ChallengeOf(const Secret& verifier);

}  // namespace callimport::credential_manager

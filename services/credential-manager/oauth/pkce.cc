#include "services/credential-manager/oauth/pkce.h"

#include "absl/strings/escaping.h"
#include "libs/crypto/digest.h"
#include "libs/crypto/random.h"

namespace callimport::credential_manager {

Secret NewOAuthSecret() { return Secret(absl::WebSafeBase64Escape(crypto::RandomBytes(32))); }

std::string ChallengeOf(const Secret& verifier) {
  return absl::WebSafeBase64Escape(crypto::Sha256(verifier.Reveal()));
}

}  // namespace callimport::credential_manager

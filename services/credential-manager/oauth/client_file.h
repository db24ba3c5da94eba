// What makes us known to the platforms: a client id and secret for each, from a file of the
// operator.
//
//   {"gong": {"client_id": "…", "client_secret": "…"}}
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "libs/common/secret.h"

namespace callimport::credential_manager {

struct OAuthClientKey {
  std::string client_id;
  // Empty: a public client.
  Secret client_secret;
};

// By platform. INVALID_ARGUMENT (KEY_FILE_UNUSABLE) when others than its owner may use the file, or
// it is malformed; quotes nothing of it. No name gives none.
absl::StatusOr<std::map<std::string, OAuthClientKey>> ReadOAuthClients(const std::string& file);

}  // namespace callimport::credential_manager

// When tokens are renewed.
#pragma once

#include <optional>
#include <random>

#include "services/credential-manager/domain/oauth.h"

namespace callimport::credential_manager {

// At 80 % of their life, or five minutes before its end if that is earlier, but not before half of
// it; up to 5 % of the life earlier by chance, so that tokens got together are not renewed
// together. Nothing for tokens that do not expire.
std::optional<Timestamp> RefreshTime(const Tokens& tokens, std::minstd_rand& random);

}  // namespace callimport::credential_manager

// How often a key may wrap.
#pragma once

#include <cstdint>

namespace callimport::credential_manager {

// With random nonces an AES-GCM key must not be used more than 2^32 times (NIST SP 800-38D). From
// half of that on, somebody should act.
constexpr bool IsWorn(int64_t wraps) { return wraps >= int64_t{1} << 31; }

}  // namespace callimport::credential_manager

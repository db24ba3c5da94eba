// HMAC-SHA-256: a digest that only whoever has the key can compute.
#pragma once

#include <string>
#include <string_view>

#include "libs/common/secret.h"

namespace callimport::crypto {

// 32 bytes.
std::string HmacSha256(const Secret& key, std::string_view text);

}  // namespace callimport::crypto

// Base64 of RFC 4648, with padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace callimport::crypto {

std::string ToBase64(std::string_view bytes);

// Nothing unless it is exactly what ToBase64 gives.
std::optional<std::string> FromBase64(std::string_view text);

}  // namespace callimport::crypto

// Base64 for addresses (RFC 4648, section 5), without padding, as JSON Web Tokens write it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace callimport::jwt {

std::string ToBase64Url(std::string_view bytes);

// Nothing unless it is exactly what ToBase64Url gives: one text for one content.
std::optional<std::string> FromBase64Url(std::string_view text);

}  // namespace callimport::jwt

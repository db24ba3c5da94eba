// Bytes written as hexadecimal digits, read back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace callimport::crypto {

// Nothing unless it is pairs of hexadecimal digits. Either case.
std::optional<std::string> FromHex(std::string_view hex);

}  // namespace callimport::crypto

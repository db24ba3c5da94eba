// Between text and JSON strings.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callimport::json {

// What stands between the quotes of a string means this text. Nothing where an escape is wrong, a
// control character stands bare, or the result is not UTF-8.
std::optional<std::string> Decode(std::string_view between_quotes);

// As a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD.
std::string Quote(std::string_view text);

// As an array of JSON strings.
std::string QuoteAll(const std::vector<std::string>& texts);

}  // namespace callimport::json

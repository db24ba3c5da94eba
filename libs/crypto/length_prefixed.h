// Several texts as one, without ambiguity: each behind its length, so that ("ab", "c") and
// ("a", "bc") differ.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callimport::crypto {

// Each length takes four bytes, big-endian.
std::string JoinPrefixed(const std::vector<std::string>& parts);

// Nothing unless the text is exactly such a join.
std::optional<std::vector<std::string>> SplitPrefixed(std::string_view joined);

}  // namespace callimport::crypto

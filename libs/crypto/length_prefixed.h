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

// The same, one part at a time.
void AppendPrefixed(std::string& joined, std::string_view part);

// Nothing unless the text is exactly such a join.
std::optional<std::vector<std::string>> SplitPrefixed(std::string_view joined);

// The same without copying: views into `joined`. For secrets, of which no copy should stay.
std::optional<std::vector<std::string_view>> ViewPrefixed(std::string_view joined);

}  // namespace callimport::crypto

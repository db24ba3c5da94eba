// Ids that other systems make, as keys of tables.
#pragma once

#include <cstddef>
#include <string>

namespace callimport::crypto {

// More than any vendor is known to make, and far less than an index can hold.
inline constexpr size_t kLongestIdKey = 255;

// The id itself, or "sha256:" and its digest in hex when it is longer than an index should hold.
std::string KeyOfId(const std::string& id);

}  // namespace callimport::crypto

// Comparing what must not be guessed byte by byte.
#pragma once

#include <string_view>

namespace callimport::crypto {

// Takes as long for texts of one length whatever they hold.
bool EqualInConstantTime(std::string_view a, std::string_view b);

}  // namespace callimport::crypto

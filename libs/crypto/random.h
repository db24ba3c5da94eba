// Bytes that nobody can guess.
#pragma once

#include <cstddef>
#include <string>

namespace callimport::crypto {

std::string RandomBytes(size_t count);

}  // namespace callimport::crypto

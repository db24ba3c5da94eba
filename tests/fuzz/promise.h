// What every target does with its bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace callimport::fuzz {

// libFuzzer wants to see a crash.
inline void Require(bool kept) {
  if (!kept) std::abort();
}

inline std::string TextOf(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace callimport::fuzz

// Hashes and signatures, in lower-case hex.
#pragma once

#include <string>
#include <string_view>

#include "tests/fake_vendors/http/body.h"

namespace callimport::fake_vendors {

std::string HmacSha256(std::string_view key, std::string_view text);
std::string Sha256(const Body& body);

// Standard alphabet, padded; what is no Base64 gives an empty text.
std::string Base64Decoded(std::string_view text);

}  // namespace callimport::fake_vendors

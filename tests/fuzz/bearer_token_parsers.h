// Everything that reads what a stranger sends as a token, or an identity provider as its keys.
#pragma once

#include <cstddef>
#include <cstdint>

namespace callimport::fuzz {

// Aborts when a promise is broken: nothing is believed that the key did not sign, and one content
// has one text.
void TryBearerTokenParsers(const uint8_t* data, size_t size);

}  // namespace callimport::fuzz

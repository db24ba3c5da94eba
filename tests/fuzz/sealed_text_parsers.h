// Everything in the vault that reads bytes a stranger may have put into a table or a file.
#pragma once

#include <cstddef>
#include <cstdint>

namespace callimport::fuzz {

// Aborts when a promise is broken: what parses must be written back byte for byte, and nothing
// opens by chance.
void TrySealedTextParsers(const uint8_t* data, size_t size);

}  // namespace callimport::fuzz

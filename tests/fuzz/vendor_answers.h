// Every adapter over whatever a vendor may answer.
#pragma once

#include <cstddef>
#include <cstdint>

namespace callimport::fuzz {

// Aborts when a promise is broken: a record that is listed has an id of at most 4,096 bytes, its
// bytes, and text that can be stored; a transcript is in order.
void TryVendorAnswers(const uint8_t* data, size_t size);

}  // namespace callimport::fuzz

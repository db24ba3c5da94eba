// Everything that reads what strangers send as a signed delivery.
#pragma once

#include <cstddef>
#include <cstdint>

namespace callimport::fuzz {

// Aborts when a promise is broken: no scheme believes what was not signed, none signs what could
// be a delivery, and none fails otherwise.
void TryWebhookSignatures(const uint8_t* data, size_t size);

}  // namespace callimport::fuzz

// Every reader of what vendors announce.
#pragma once

#include <cstddef>
#include <cstdint>

namespace callimport::fuzz {

// Aborts when a promise is broken: what is read has ids that a table takes, and text that can be
// stored and sent.
void TryWebhookDeliveries(const uint8_t* data, size_t size);

}  // namespace callimport::fuzz

// Finds the values of a JSON text (RFC 8259).
#pragma once

#include "absl/status/status.h"
#include "libs/json/document.h"

namespace callimport::json {

// Fills tape.nodes from tape.text. INVALID_ARGUMENT (JSON_MALFORMED).
absl::Status ParseInto(Tape& tape);

}  // namespace callimport::json

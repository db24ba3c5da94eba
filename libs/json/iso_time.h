// Times as vendors write them (ISO 8601, RFC 3339).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libs/common/clock.h"

namespace callimport::json {

// "2026-03-02T15:01:10Z", with a fraction of a second, with "+02:00" instead of Z. Nothing without
// a zone, or where a part is out of its range.
std::optional<Timestamp> ParseIsoTime(std::string_view text);

// In UTC, with milliseconds where there are any.
std::string FormatIsoTime(Timestamp time);

}  // namespace callimport::json

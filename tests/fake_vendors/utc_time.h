// Dates as vendors write them: "2026-03-02T15:01:10Z".
#pragma once

#include <optional>
#include <string>

#include "libs/common/clock.h"

namespace callimport::fake_vendors {

std::string ToIso(Timestamp time);

// A date alone, or a date and time with Z or an offset; fractions of seconds are allowed.
std::optional<Timestamp> ParseIso(const std::string& text);

}  // namespace callimport::fake_vendors

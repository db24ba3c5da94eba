// Waiting for a condition, never for a time.
#pragma once

#include <chrono>
#include <functional>

namespace callimport::e2e {

// Asks until `condition` holds, or `patience` is over; says whether it holds.
bool Eventually(std::chrono::milliseconds patience, const std::function<bool()>& condition);

// Whether `condition` holds all the time for so long; stops at once when it does not.
bool Always(std::chrono::milliseconds time, const std::function<bool()>& condition);

}  // namespace callimport::e2e

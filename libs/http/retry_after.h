// The Retry-After header: seconds, an HTTP date, or an ISO 8601 time as some vendors send it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "libs/common/clock.h"
#include "libs/http/http_client.h"

namespace callimport::http {

// Nothing when it cannot be read. A moment that has passed is zero.
std::optional<std::chrono::milliseconds> ParseRetryAfter(const std::string& value, Timestamp now);

// Of an answer; nothing when it has no such header.
std::optional<std::chrono::milliseconds> RetryAfterOf(const Head& head, Timestamp now);

}  // namespace callimport::http

#include "libs/http/retry_after.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>

namespace callimport::http {
namespace {

// All three date forms of RFC 9110, and ISO 8601 in UTC.
constexpr const char* kFormats[] = {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
                                    "%a %b %d %H:%M:%S %Y", "%Y-%m-%dT%H:%M:%SZ"};

std::optional<Timestamp> ParseDate(const std::string& value) {
  for (const char* format : kFormats) {
    std::tm parts{};
    const char* end = strptime(value.c_str(), format, &parts);
    if (end != nullptr && *end == '\0')
      return std::chrono::system_clock::from_time_t(timegm(&parts));
  }
  return std::nullopt;
}

bool IsCount(const std::string& value) {
  return !value.empty() && value.size() <= 9 &&
         value.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

std::optional<std::chrono::milliseconds> ParseRetryAfter(const std::string& value, Timestamp now) {
  if (IsCount(value)) return std::chrono::seconds(std::atol(value.c_str()));
  const std::optional<Timestamp> date = ParseDate(value);
  if (!date) return std::nullopt;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*date - now);
  return std::max(wait, std::chrono::milliseconds(0));
}

std::optional<std::chrono::milliseconds> RetryAfterOf(const Head& head, Timestamp now) {
  const auto header = head.headers.find("retry-after");
  if (header == head.headers.end()) return std::nullopt;
  return ParseRetryAfter(header->second, now);
}

}  // namespace callimport::http

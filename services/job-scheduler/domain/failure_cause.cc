#include "services/job-scheduler/domain/failure_cause.h"

#include <charconv>
#include <string_view>

#include "absl/strings/escaping.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::microseconds;

// "<job_id> <microseconds> <reason>"
constexpr char kSeparator = ' ';

std::optional<int64_t> NumberFrom(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string RetryTokenOf(const std::string& job_id, const CauseRef& cause) {
  const auto until =
      std::chrono::duration_cast<microseconds>(cause.failed_until.time_since_epoch()).count();
  return absl::WebSafeBase64Escape(job_id + kSeparator + std::to_string(until) + kSeparator +
                                   cause.reason);
}

std::optional<CauseRef> CauseOf(const std::string& job_id, const std::string& retry_token) {
  std::string text;
  if (!absl::WebSafeBase64Unescape(retry_token, &text)) return std::nullopt;
  const size_t first = text.find(kSeparator);
  const size_t second = first == std::string::npos ? first : text.find(kSeparator, first + 1);
  if (second == std::string::npos || text.compare(0, first, job_id) != 0) return std::nullopt;
  const auto until = NumberFrom(std::string_view(text).substr(first + 1, second - first - 1));
  const std::string reason = text.substr(second + 1);
  if (!until || reason.empty() || reason.find('\0') != std::string::npos) return std::nullopt;
  return CauseRef{.reason = reason, .failed_until = Timestamp(microseconds(*until))};
}

}  // namespace callimport::job_scheduler

#include "services/status-tracker/watch/resume_token.h"

#include <charconv>
#include <optional>

#include "absl/strings/escaping.h"
#include "libs/common/errors.h"

namespace callimport::status_tracker {
namespace {

// "1", then what it says: a later form starts with another digit.
constexpr char kForm[] = "1:";

std::optional<int64_t> RevisionIn(const std::string& text, const std::string& job_id) {
  const std::string prefix = kForm + job_id + ":";
  if (!text.starts_with(prefix)) return std::nullopt;
  int64_t revision = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + prefix.size(), end, revision);
  if (error != std::errc() || rest != end || revision <= 0) return std::nullopt;
  return revision;
}

}  // namespace

std::string MakeResumeToken(const std::string& job_id, int64_t revision) {
  return absl::WebSafeBase64Escape(kForm + job_id + ":" + std::to_string(revision));
}

absl::StatusOr<int64_t> ReadResumeToken(const std::string& token, const std::string& job_id) {
  if (token.empty()) return 0;
  std::string text;
  if (absl::WebSafeBase64Unescape(token, &text)) {
    if (const auto revision = RevisionIn(text, job_id)) return *revision;
  }
  return RequestCheck()
      .Require(false, "resume_token", "is not a token that was given out for this job")
      .Verdict();
}

}  // namespace callimport::status_tracker

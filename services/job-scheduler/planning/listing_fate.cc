#include "services/job-scheduler/planning/listing_fate.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/retry_policy.h"
#include "libs/telemetry/log.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::milliseconds;

constexpr RetryPolicy kBackoff{.max_attempts = 0,  // no limit
                               .first_delay = std::chrono::seconds(1),
                               .multiplier = 2,
                               .max_delay = std::chrono::minutes(5),
                               .jitter = 0.25};
constexpr milliseconds kQuotaPause = std::chrono::seconds(60);
constexpr milliseconds kLongestQuotaPause = std::chrono::hours(24);
constexpr size_t kLongestDescription = 500;

milliseconds QuotaPauseOf(const absl::Status& error) {
  const milliseconds wish = RetryDelayOf(error).value_or(kQuotaPause);
  return std::clamp(wish, kBackoff.first_delay, kLongestQuotaPause);
}

// Also the longest wish of a source that is down.
milliseconds BackoffOf(const absl::Status& error, int failures, std::minstd_rand& random) {
  const milliseconds wish = RetryDelayOf(error).value_or(milliseconds(0));
  return std::max(DelayAfter(kBackoff, failures, random), std::min(wish, kBackoff.max_delay));
}

}  // namespace

ListingFate FateAfter(const absl::Status& error, int failures, std::minstd_rand& random) {
  switch (error.code()) {
    case absl::StatusCode::kAborted:
      return {ListingFate::Kind::kLeave, {}};
    case absl::StatusCode::kResourceExhausted:
      return {ListingFate::Kind::kWait, QuotaPauseOf(error)};
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kInvalidArgument:
      return {ListingFate::Kind::kRefuse, {}};
    default:
      return {ListingFate::Kind::kTryAgain, BackoffOf(error, failures, random)};
  }
}

std::string DescribeForPeople(const absl::Status& error) {
  const std::string reason = ReasonOf(error);
  const std::string text(error.message());
  const std::string all = reason.empty() ? text : reason + ": " + text;
  return log::Redact(all).substr(0, kLongestDescription);
}

}  // namespace callimport::job_scheduler

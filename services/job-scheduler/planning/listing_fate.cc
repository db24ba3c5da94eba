#include "services/job-scheduler/planning/listing_fate.h"

#include "absl/strings/str_cat.h"
#include "libs/common/errors.h"
#include "libs/telemetry/log.h"
#include "services/job-scheduler/domain/import_job.h"

namespace callimport::job_scheduler {
namespace {

using std::chrono::milliseconds;

constexpr size_t kLongestDescription = 500;

// A service of this suite does not answer, or its database.
bool IsOurs(const absl::Status& error) {
  const std::string reason = ReasonOf(error);
  return absl::IsUnavailable(error) && (reason.empty() || reason == "DATABASE_UNREACHABLE" ||
                                        reason == "COMMIT_IN_DOUBT" || reason == "SHUTTING_DOWN");
}

ListingFate TryAgain(const absl::Status& error, int failures, const RetrySchedule& schedule,
                     std::minstd_rand& random) {
  const milliseconds wish = RetryDelayOf(error).value_or(milliseconds(0));
  const auto pause = PauseAfter(schedule, failures, wish, random);
  if (!pause) return {ListingFate::Kind::kGiveUp, {}};
  return {ListingFate::Kind::kTryAgain, *pause};
}

}  // namespace

ListingFate FateAfter(const absl::Status& error, int failures, const RetrySchedule& schedule,
                      std::minstd_rand& random) {
  if (IsOurs(error)) return {ListingFate::Kind::kAwaitService, schedule.soon.first_delay};
  switch (error.code()) {
    case absl::StatusCode::kAborted:
      return {ListingFate::Kind::kLeave, {}};
    case absl::StatusCode::kResourceExhausted:
      return {ListingFate::Kind::kWait,
              QuotaPause(schedule, RetryDelayOf(error).value_or(milliseconds(0)))};
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kInvalidArgument:
      return {ListingFate::Kind::kRefuse, {}};
    default:
      return TryAgain(error, failures, schedule, random);
  }
}

std::string DescribeForPeople(const absl::Status& error) {
  const std::string reason = ReasonOf(error);
  const std::string text(error.message());
  const std::string all = reason.empty() ? text : reason + ": " + text;
  return log::Redact(all).substr(0, kLongestDescription);
}

std::string DescribeGivenUp(const absl::Status& error, int failures) {
  return absl::StrCat(kListingGivenUp, ": the source could not be listed, ", failures,
                      " times in a row and ever more rarely. What is stored stays; RetryFailed "
                      "goes on where it stopped. The last error was ",
                      DescribeForPeople(error));
}

}  // namespace callimport::job_scheduler

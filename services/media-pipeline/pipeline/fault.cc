#include "services/media-pipeline/pipeline/fault.h"

#include <algorithm>
#include <chrono>
#include <iterator>

#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/telemetry/log.h"

namespace callimport::media_pipeline {
namespace {

using job_scheduler::v1::FailedCall;

// When a quota says nothing about its end.
constexpr std::chrono::seconds kQuotaPause{60};

// The first row that fits decides; an empty reason fits all. What no row names is transient.
struct Row {
  absl::StatusCode code;
  const char* reason;
  FailedCall::Class meaning;
};
constexpr Row kMeanings[] = {
    {absl::StatusCode::kResourceExhausted, "", FailedCall::CLASS_QUOTA},
    {absl::StatusCode::kFailedPrecondition, "PLATFORM_NOT_SUPPORTED", FailedCall::CLASS_PERMANENT},
    {absl::StatusCode::kFailedPrecondition, "", FailedCall::CLASS_AUTH},
    {absl::StatusCode::kNotFound, "CREDENTIAL_NOT_FOUND", FailedCall::CLASS_AUTH},
    {absl::StatusCode::kNotFound, "", FailedCall::CLASS_PERMANENT},
    {absl::StatusCode::kInvalidArgument, "", FailedCall::CLASS_PERMANENT},
    {absl::StatusCode::kUnimplemented, "", FailedCall::CLASS_PERMANENT},
};

FailedCall::Class MeaningOf(const absl::Status& error, const std::string& reason) {
  const auto row = std::find_if(std::begin(kMeanings), std::end(kMeanings), [&](const Row& each) {
    return each.code == error.code() && (*each.reason == '\0' || each.reason == reason);
  });
  return row == std::end(kMeanings) ? FailedCall::CLASS_TRANSIENT : row->meaning;
}

}  // namespace

FailedCall ToFailedCall(const absl::Status& error) {
  const std::string reason = ReasonOf(error);
  FailedCall failed;
  failed.set_class_(MeaningOf(error, reason));
  failed.set_reason(reason.empty() ? absl::StatusCodeToString(error.code()) : reason);
  failed.set_message(log::Redact(std::string(error.message())));
  auto delay = RetryDelayOf(error);
  if (!delay && failed.class_() == FailedCall::CLASS_QUOTA) delay = kQuotaPause;
  if (delay) *failed.mutable_retry_after() = ToProto(*delay);
  return failed;
}

bool IsPassing(const absl::Status& error) {
  return error.code() == absl::StatusCode::kUnavailable ||
         error.code() == absl::StatusCode::kDeadlineExceeded ||
         error.code() == absl::StatusCode::kResourceExhausted ||
         error.code() == absl::StatusCode::kAborted || error.code() == absl::StatusCode::kCancelled;
}

}  // namespace callimport::media_pipeline

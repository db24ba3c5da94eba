#include "services/job-scheduler/api/queue_requests.h"

#include <algorithm>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/telemetry/log.h"

namespace callimport::job_scheduler {
namespace {

constexpr int kMaxCalls = 500;
constexpr int kMaxWarnings = 5;
constexpr int kMaxLeases = 10'000;
constexpr int kMaxWaitSeconds = 20;
constexpr size_t kMaxNameBytes = 200;
constexpr size_t kMaxTextBytes = 1'000;
constexpr size_t kSha256HexDigits = 64;

bool IsName(const std::string& text) {
  return !text.empty() && text.size() <= kMaxNameBytes && text.find('\0') == std::string::npos;
}

bool IsSha256Hex(const std::string& text) {
  return text.size() == kSha256HexDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool IsDuration(const google::protobuf::Duration& duration) {
  constexpr int64_t kYear = 366 * 86'400;
  return duration.seconds() >= 0 && duration.seconds() < kYear && duration.nanos() >= 0;
}

void CheckLease(const v1::LeaseRef& lease, const std::string& field, RequestCheck& check) {
  check.Require(IsUuid(lease.call_id()), field + ".call_id", "must be a UUID")
      .Require(lease.lease_number() > 0, field + ".lease_number", "must be positive");
}

bool AreWarnings(const google::protobuf::RepeatedPtrField<v1::CallWarning>& warnings) {
  return warnings.size() <= kMaxWarnings &&
         std::all_of(warnings.begin(), warnings.end(),
                     [](const v1::CallWarning& warning) { return IsName(warning.reason()); });
}

void CheckOutcome(const v1::CallOutcome& outcome, const std::string& field, RequestCheck& check) {
  CheckLease(outcome.lease(), field + ".lease", check);
  if (outcome.has_completed()) {
    check
        .Require(IsName(outcome.completed().engagement_id()), field + ".completed.engagement_id",
                 "must be 1 to 200 bytes")
        .Require(outcome.completed().media_bytes() >= 0, field + ".completed.media_bytes",
                 "must not be negative")
        .Require(AreWarnings(outcome.completed().warnings()), field + ".completed.warnings",
                 "must be at most 5, each with a reason of 1 to 200 bytes");
  } else if (outcome.has_failed()) {
    check
        .Require(outcome.failed().class_() >= v1::FailedCall::CLASS_TRANSIENT &&
                     outcome.failed().class_() <= v1::FailedCall::CLASS_PERMANENT,
                 field + ".failed.class", "must be set")
        .Require(IsName(outcome.failed().reason()), field + ".failed.reason",
                 "must be 1 to 200 bytes")
        .Require(IsDuration(outcome.failed().retry_after()), field + ".failed.retry_after",
                 "must not be negative, and less than a year");
  } else {
    check.Require(false, field + ".result", "must be set");
  }
}

std::string Item(const std::string& list, int place) {
  return list + "[" + std::to_string(place) + "]";
}

Lease LeaseOf(const v1::LeaseRef& lease) { return {lease.call_id(), lease.lease_number()}; }

FailureClass ClassOf(v1::FailedCall::Class failure_class) {
  switch (failure_class) {
    case v1::FailedCall::CLASS_QUOTA:
      return FailureClass::kQuota;
    case v1::FailedCall::CLASS_AUTH:
      return FailureClass::kAuth;
    case v1::FailedCall::CLASS_PERMANENT:
      return FailureClass::kPermanent;
    default:
      return FailureClass::kTransient;
  }
}

// Fit for a table and for people.
std::string Tidy(std::string text) {
  std::erase(text, '\0');
  text = log::Redact(text);
  if (text.size() <= kMaxTextBytes) return text;
  size_t end = kMaxTextBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // whole letters
  return text.substr(0, end);
}

Outcome OutcomeOf(const v1::CallOutcome& outcome) {
  if (outcome.has_completed()) {
    Completed completed{.engagement_id = outcome.completed().engagement_id(),
                        .media_bytes = outcome.completed().media_bytes()};
    for (const v1::CallWarning& warning : outcome.completed().warnings()) {
      completed.warnings.push_back({warning.reason(), Tidy(warning.message())});
    }
    return completed;
  }
  return Failed{.failure_class = ClassOf(outcome.failed().class_()),
                .reason = outcome.failed().reason(),
                .message = Tidy(outcome.failed().message()),
                .retry_after = FromProto(outcome.failed().retry_after())};
}

}  // namespace

absl::Status Check(const v1::LeaseCallsRequest& request) {
  return RequestCheck()
      .Require(IsName(request.worker()), "worker", "must be 1 to 200 bytes")
      .Require(request.max_calls() >= 1 && request.max_calls() <= kMaxCalls, "max_calls",
               "must be 1 to 500")
      .Require(IsDuration(request.max_wait()) && request.max_wait().seconds() <= kMaxWaitSeconds,
               "max_wait", "must be at most 20 s")
      .Verdict();
}

absl::Status Check(const v1::RenewLeasesRequest& request) {
  RequestCheck check;
  check.Require(request.leases_size() <= kMaxLeases, "leases", "must be at most 10000");
  for (int place = 0; place < request.leases_size(); ++place) {
    const std::string field = Item("leases", place);
    CheckLease(request.leases(place).lease(), field + ".lease", check);
    const CallState stage = request.leases(place).stage();
    check.Require(
        stage >= common::v1::CALL_STATE_DOWNLOADING && stage <= common::v1::CALL_STATE_PROCESSING,
        field + ".stage", "must be DOWNLOADING, TRANSCRIBING or PROCESSING");
  }
  return check.Verdict();
}

absl::Status Check(const v1::ReportOutcomesRequest& request) {
  RequestCheck check;
  check.Require(request.outcomes_size() >= 1 && request.outcomes_size() <= kMaxCalls, "outcomes",
                "must be 1 to 500");
  for (int place = 0; place < request.outcomes_size(); ++place) {
    CheckOutcome(request.outcomes(place), Item("outcomes", place), check);
  }
  return check.Verdict();
}

absl::Status Check(const v1::ReleaseCallsRequest& request) {
  RequestCheck check;
  check.Require(request.leases_size() <= kMaxLeases, "leases", "must be at most 10000");
  for (int place = 0; place < request.leases_size(); ++place) {
    CheckLease(request.leases(place), Item("leases", place), check);
  }
  return check.Verdict();
}

absl::Status Check(const v1::RegisterUploadRequest& request) {
  return RequestCheck()
      .Require(IsWorkspaceId(request.workspace_id()), "workspace_id",
               "must be 1 to 64 letters, digits, '-', '_' or '.'")
      .Require(IsSha256Hex(request.content_sha256()), "content_sha256",
               "must be 64 lower-case hexadecimal digits")
      .Require(request.title().size() <= kMaxTextBytes, "title", "must be at most 1000 bytes")
      .Require(IsName(request.worker()), "worker", "must be 1 to 200 bytes")
      .Require(!request.has_uploaded_by() || IsName(request.uploaded_by().name()),
               "uploaded_by.name", "must be 1 to 200 bytes")
      .Verdict();
}

std::vector<LeaseProgress> LeasesOf(const v1::RenewLeasesRequest& request) {
  std::vector<LeaseProgress> leases;
  for (const auto& progress : request.leases()) {
    leases.push_back({LeaseOf(progress.lease()), progress.stage(), progress.lease().job_epoch()});
  }
  return leases;
}

std::vector<Lease> LeasesOf(const v1::ReleaseCallsRequest& request) {
  std::vector<Lease> leases;
  for (const auto& lease : request.leases()) leases.push_back(LeaseOf(lease));
  return leases;
}

std::vector<QueueStore::Report> ReportsOf(const v1::ReportOutcomesRequest& request) {
  std::vector<QueueStore::Report> reports;
  for (const auto& outcome : request.outcomes()) {
    reports.push_back({LeaseOf(outcome.lease()), OutcomeOf(outcome), outcome.lease().job_epoch()});
  }
  return reports;
}

}  // namespace callimport::job_scheduler

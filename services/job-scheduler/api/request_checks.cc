#include "services/job-scheduler/api/request_checks.h"

#include <algorithm>

#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "services/job-scheduler/domain/failure_cause.h"

namespace callimport::job_scheduler {
namespace {

constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 500;
constexpr int kMaxRetriedIds = 1'000;
constexpr int kMaxAttributes = 20;
constexpr size_t kMaxAttributeBytes = 255;

// PostgreSQL keeps no NUL.
bool IsAttribute(const std::string& text) {
  return !text.empty() && text.size() <= kMaxAttributeBytes && text.find('\0') == std::string::npos;
}

template <typename State>
bool AreStates(const google::protobuf::RepeatedField<int>& states, State first, State last) {
  return std::all_of(states.begin(), states.end(),
                     [&](int state) { return state >= first && state <= last; });
}

}  // namespace

bool IsSane(const google::protobuf::Timestamp& time) {
  constexpr int64_t kYear2200 = 7'258'118'400;
  return time.seconds() >= 0 && time.seconds() < kYear2200 && time.nanos() >= 0 &&
         time.nanos() < 1'000'000'000;
}

Window WindowOf(const common::v1::CallFilter& filter, Timestamp now) {
  return {.start = filter.has_start_time() ? FromProto(filter.start_time()) : kEarliestDefault,
          .end = filter.has_end_time() ? FromProto(filter.end_time()) : now};
}

RequestCheck CheckWorkspaceId(const std::string& workspace_id) {
  return RequestCheck().Require(IsWorkspaceId(workspace_id), "workspace_id",
                                "must be 1 to 64 letters, digits, '-', '_' or '.'");
}

RequestCheck CheckJob(const std::string& workspace_id, const std::string& job_id) {
  return CheckWorkspaceId(workspace_id).Require(IsUuid(job_id), "job_id", "must be a UUID");
}

// What they mean is asked of the platform.
void CheckAttributes(const common::v1::CallFilter& filter, RequestCheck& check) {
  check.Require(filter.attributes_size() <= kMaxAttributes, "filter.attributes",
                "must be at most 20");
  for (const auto& [name, value] : filter.attributes()) {
    check.Require(IsAttribute(name) && IsAttribute(value),
                  "filter.attributes[" + name.substr(0, 64) + "]",
                  "must have a name and a value of 1 to 255 bytes");
  }
}

void CheckFilter(const common::v1::CallFilter& filter, Timestamp now, RequestCheck& check) {
  const bool start = !filter.has_start_time() || IsSane(filter.start_time());
  const bool end = !filter.has_end_time() || IsSane(filter.end_time());
  CheckAttributes(filter, check);
  check.Require(start, "filter.start_time", "must lie between the years 1970 and 2200")
      .Require(end, "filter.end_time", "must lie between the years 1970 and 2200");
  if (!start || !end) return;
  const Window window = WindowOf(filter, now);
  const bool begun = filter.has_end_time() || window.start < now;
  check.Require(begun, "filter.start_time", "must have passed where no end_time is set")
      .Require(!begun || window.start < window.end, "filter.end_time", "must be after start_time");
}

void CheckPage(const common::v1::PageRequest& page, RequestCheck& check) {
  check.Require(page.page_size() >= 0, "page.page_size", "must not be negative")
      .Require(page.page_token().empty() || IsUuid(page.page_token()), "page.page_token",
               "must be the next_page_token of the page before");
}

int PageSizeOf(const common::v1::PageRequest& page) {
  return page.page_size() == 0 ? kDefaultPageSize : std::min(page.page_size(), kMaxPageSize);
}

absl::Status Check(const v1::PreviewImportRequest& request, Timestamp now) {
  RequestCheck check = CheckWorkspaceId(request.workspace_id());
  check.Require(IsUuid(request.credential_id()), "credential_id", "must be a UUID");
  CheckFilter(request.filter(), now, check);
  return check.Verdict();
}

absl::Status Check(const v1::CreateImportJobRequest& request, Timestamp now) {
  RequestCheck check = CheckWorkspaceId(request.workspace_id());
  check.Require(IsUuid(request.request_id()), "request_id", "must be a UUID")
      .Require(request.has_inline_credential() || IsUuid(request.credential_id()), "credential_id",
               "must be a UUID")
      .Require(!request.has_inline_credential() || request.credential_id().empty(),
               "inline_credential", "must not stand together with credential_id")
      .Require(request.quote_id().empty() || IsUuid(request.quote_id()), "quote_id",
               "must be the quote_id of a preview")
      .Require(
          request.type() == v1::JOB_TYPE_UNSPECIFIED || request.type() == v1::JOB_TYPE_HISTORICAL,
          "type", "must be HISTORICAL: no other job is made by this rpc");
  CheckFilter(request.filter(), now, check);
  return check.Verdict();
}

absl::Status Check(const v1::ListImportJobsRequest& request) {
  RequestCheck check = CheckWorkspaceId(request.workspace_id());
  check.Require(
      AreStates(request.states(), common::v1::JOB_STATE_PENDING, common::v1::JOB_STATE_FAILED),
      "states", "must be known states");
  check
      .Require(request.credential_id().empty() || IsUuid(request.credential_id()), "credential_id",
               "must be a UUID")
      .Require(AreStates(request.types(), v1::JOB_TYPE_HISTORICAL, v1::JOB_TYPE_RECONCILIATION),
               "types", "must be known types");
  CheckPage(request.page(), check);
  return check.Verdict();
}

absl::Status Check(const v1::ListImportWarningsRequest& request) {
  RequestCheck check = CheckJob(request.workspace_id(), request.job_id());
  CheckPage(request.page(), check);
  return check.Verdict();
}

absl::Status Check(const v1::ListImportCallsRequest& request) {
  RequestCheck check = CheckJob(request.workspace_id(), request.job_id());
  check.Require(
      AreStates(request.states(), common::v1::CALL_STATE_PENDING, common::v1::CALL_STATE_SKIPPED),
      "states", "must be known states");
  CheckPage(request.page(), check);
  return check.Verdict();
}

absl::Status Check(const v1::RetryFailedRequest& request) {
  RequestCheck check = CheckJob(request.workspace_id(), request.job_id());
  check.Require(request.call_ids_size() <= kMaxRetriedIds, "call_ids", "must be at most 1000")
      .Require(std::all_of(request.call_ids().begin(), request.call_ids().end(), IsUuid),
               "call_ids", "must be UUIDs");
  if (request.retry_token().empty()) return check.Verdict();
  check.Require(request.call_ids().empty(), "retry_token", "must not stand together with call_ids")
      .Require(CauseOf(request.job_id(), request.retry_token()).has_value(), "retry_token",
               "must be one of ListFailureCauses of this job");
  return check.Verdict();
}

}  // namespace callimport::job_scheduler

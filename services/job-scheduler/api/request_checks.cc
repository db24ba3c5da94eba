#include "services/job-scheduler/api/request_checks.h"

#include <algorithm>

#include "libs/common/ids.h"
#include "libs/common/proto_time.h"

namespace callimport::job_scheduler {
namespace {

// 2020-01-01T00:00:00Z: older calls are imported only when somebody asks for them.
constexpr Timestamp kDefaultStart{std::chrono::seconds(1'577'836'800)};

constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 500;
constexpr int kMaxRetriedIds = 1'000;

// What google.protobuf.Timestamp allows: the years 1 to 9999. Narrower here, so that arithmetic
// with it cannot overflow.
bool IsSane(const google::protobuf::Timestamp& time) {
  constexpr int64_t kYear2200 = 7'258'118'400;
  return time.seconds() >= 0 && time.seconds() < kYear2200 && time.nanos() >= 0 &&
         time.nanos() < 1'000'000'000;
}

template <typename State>
bool AreStates(const google::protobuf::RepeatedField<int>& states, State first, State last) {
  return std::all_of(states.begin(), states.end(),
                     [&](int state) { return state >= first && state <= last; });
}

}  // namespace

Window WindowOf(const common::v1::CallFilter& filter, Timestamp now) {
  return {.start = filter.has_start_time() ? FromProto(filter.start_time()) : kDefaultStart,
          .end = filter.has_end_time() ? FromProto(filter.end_time()) : now};
}

RequestCheck CheckWorkspaceId(const std::string& workspace_id) {
  return RequestCheck().Require(IsWorkspaceId(workspace_id), "workspace_id",
                                "must be 1 to 64 letters, digits, '-', '_' or '.'");
}

RequestCheck CheckJob(const std::string& workspace_id, const std::string& job_id) {
  return CheckWorkspaceId(workspace_id).Require(IsUuid(job_id), "job_id", "must be a UUID");
}

void CheckFilter(const common::v1::CallFilter& filter, Timestamp now, RequestCheck& check) {
  const bool start = !filter.has_start_time() || IsSane(filter.start_time());
  const bool end = !filter.has_end_time() || IsSane(filter.end_time());
  check.Require(start, "filter.start_time", "must lie between the years 1970 and 2200")
      .Require(end, "filter.end_time", "must lie between the years 1970 and 2200");
  if (!start || !end) return;
  const Window window = WindowOf(filter, now);
  check.Require(window.start < window.end, "filter.end_time", "must be after start_time");
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
      .Require(IsUuid(request.credential_id()), "credential_id", "must be a UUID")
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
  return check.Verdict();
}

}  // namespace callimport::job_scheduler

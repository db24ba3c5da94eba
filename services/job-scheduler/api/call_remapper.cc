#include "services/job-scheduler/api/call_remapper.h"

#include <google/protobuf/util/time_util.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/clients/adapter_gateway/reread.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"
#include "services/job-scheduler/api/request_checks.h"

namespace callimport::job_scheduler {
namespace {

constexpr int kPage = 200;
constexpr size_t kMaxPlatformBytes = 64;
constexpr size_t kUuidBytes = 36;

bool IsPlatform(const std::string& name) {
  return !name.empty() && name.size() <= kMaxPlatformBytes && name.find('\0') == std::string::npos;
}

// A job and a call.
std::string TokenOf(const JobCallId& place) {
  return absl::StrCat(place.job_id, ".", place.call_id);
}

JobCallId PlaceOf(const std::string& token) {
  if (token.empty()) return {};
  return {token.substr(0, kUuidBytes), token.substr(kUuidBytes + 1)};
}

bool IsToken(const std::string& token) {
  if (token.empty()) return true;
  if (token.size() != 2 * kUuidBytes + 1 || token[kUuidBytes] != '.') return false;
  return IsUuid(token.substr(0, kUuidBytes)) && IsUuid(token.substr(kUuidBytes + 1));
}

absl::Status Check(const v1::RemapCallsRequest& request) {
  RequestCheck check = CheckWorkspaceId(request.workspace_id());
  check.Require(IsPlatform(request.platform()), "platform", "must be a platform's name")
      .Require(IsToken(request.page_token()), "page_token",
               "must be the next_page_token of the page before");
  adapter_gateway::CheckCallRange(request, check);
  return check.Verdict();
}

// A call without a start is in no range but that of all.
bool IsMeant(const common::v1::CallRecord& record, const v1::RemapCallsRequest& request) {
  if (!record.has_start_time()) return !request.has_start_time() && !request.has_end_time();
  return (!request.has_start_time() || record.start_time() >= request.start_time()) &&
         (!request.has_end_time() || record.start_time() < request.end_time());
}

}  // namespace

absl::StatusOr<v1::RemapCallsResponse> CallRemapper::Remap(const v1::RemapCallsRequest& request) {
  RETURN_IF_ERROR(Check(request));
  ASSIGN_OR_RETURN(std::vector<KeptRecord> page,
                   store_.Read({.workspace_id = request.workspace_id(),
                                .platform = request.platform(),
                                .after = PlaceOf(request.page_token()),
                                .limit = kPage}));
  v1::RemapCallsResponse response;
  if (page.size() == kPage) response.set_next_page_token(TokenOf(page.back().place));
  std::erase_if(page, [&](const KeptRecord& kept) { return !IsMeant(kept.record, request); });

  std::vector<common::v1::CallRecord> records;
  records.reserve(page.size());
  for (const KeptRecord& kept : page) records.push_back(kept.record);
  ASSIGN_OR_RETURN(adapter_gateway::Reread reread,
                   adapter_gateway::ReadAnew(gateway_, request.platform(), records));
  std::vector<CorrectedRecord> corrections;
  std::set<JobCallId> changed;
  for (size_t i = 0; i < page.size(); ++i) {
    if (!reread.corrected[i]) continue;
    changed.insert(page[i].place);
    corrections.push_back({page[i].place, page[i].bytes, *reread.corrected[i]});
  }
  if (!request.dry_run() && !corrections.empty()) {
    ASSIGN_OR_RETURN(const std::vector<JobCallId> corrected, store_.Correct(corrections));
    changed = {corrected.begin(), corrected.end()};
    log::Info("calls were read anew", {{"workspace_id", request.workspace_id()},
                                       {"platform", request.platform()},
                                       {"calls", changed.size()}});
  }
  *response.mutable_tally() = std::move(reread.tally);
  for (size_t i = 0; i < page.size(); ++i) {
    if (!changed.contains(page[i].place)) continue;
    adapter_gateway::CountChange(page[i].record, *reread.corrected[i], "",
                                 *response.mutable_tally());
  }
  return response;
}

}  // namespace callimport::job_scheduler

#include "services/job-scheduler/api/workspace_messages.h"

#include <algorithm>
#include <cctype>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "services/job-scheduler/api/request_checks.h"
#include "services/job-scheduler/domain/bulk_window.h"
#include "services/job-scheduler/domain/calendar_month.h"

namespace callimport::job_scheduler {
namespace {

constexpr size_t kLongestZone = 64;
constexpr int kMostCalls = 1'000'000'000;
constexpr int kMostWeight = 100;
constexpr int kMostJobs = 1'000;

// "America/Argentina/Buenos_Aires", "Etc/GMT+2": names of the database, no paths.
bool IsZoneName(const std::string& name) {
  const auto is_letter = [](unsigned char letter) {
    return std::isalnum(letter) || letter == '/' || letter == '_' || letter == '+' || letter == '-';
  };
  return name.empty() ||
         (name.size() <= kLongestZone && std::isupper(static_cast<unsigned char>(name[0])) &&
          std::all_of(name.begin(), name.end(), is_letter) && IsTimeZone(name));
}

bool IsWithin(int value, int least, int most) { return value >= least && value <= most; }

bool IsHour(int hour) { return IsWithin(hour, 0, 23); }

// 0 and nothing both mean the default; only what is there is set.
std::optional<int> Number(bool present, int value, int otherwise) {
  if (!present) return std::nullopt;
  return value == 0 ? otherwise : value;
}

}  // namespace

v1::Workspace ToProto(const WorkspaceSettings& settings) {
  v1::Workspace message;
  message.set_workspace_id(settings.workspace_id);
  message.set_customer_id(settings.customer_id);
  message.set_time_zone(settings.time_zone);
  message.mutable_bulk_window()->set_start_hour(settings.bulk_hours.start);
  message.mutable_bulk_window()->set_end_hour(settings.bulk_hours.end);
  message.set_bulk_calls_per_window(settings.bulk_calls_per_window);
  message.set_free_calls_per_month(settings.free_calls_per_month);
  message.set_weight(settings.weight);
  message.set_live(settings.live);
  message.set_syncs_enabled(settings.syncs_enabled);
  message.set_max_running_jobs(settings.max_running_jobs);
  if (settings.maintenance) {
    v1::Maintenance& maintenance = *message.mutable_maintenance();
    maintenance.set_on(true);
    maintenance.set_reason(settings.maintenance->reason);
    *maintenance.mutable_since_time() = callimport::ToProto(settings.maintenance->since);
    if (settings.maintenance->ends_at) {
      *maintenance.mutable_estimated_end_time() =
          callimport::ToProto(*settings.maintenance->ends_at);
    }
  }
  return message;
}

v1::GetUsageResponse ToProto(const FreeCalls& used) {
  v1::GetUsageResponse message;
  message.set_month(used.month);
  message.set_free_calls_included(used.included);
  message.set_free_calls_used(used.usage.free_calls);
  message.set_billed_calls(used.usage.billed_calls);
  message.set_billed_cents(used.usage.billed_cents);
  return message;
}

absl::Status Check(const v1::GetWorkspaceRequest& request) {
  const bool one = request.workspace_id().empty() != request.customer_id().empty();
  return RequestCheck()
      .Require(one, "workspace_id", "either this or customer_id must be set")
      .Require(request.workspace_id().empty() || IsWorkspaceId(request.workspace_id()),
               "workspace_id", "must be 1 to 64 letters, digits, '-', '_' or '.'")
      .Require(request.customer_id().empty() || IsWorkspaceId(request.customer_id()), "customer_id",
               "must be 1 to 64 letters, digits, '-', '_' or '.'")
      .Verdict();
}

absl::Status Check(const v1::UpdateWorkspaceRequest& request) {
  const v1::BulkWindow& window = request.bulk_window();
  return CheckWorkspaceId(request.workspace_id())
      .Require(request.customer_id().empty() || IsWorkspaceId(request.customer_id()), "customer_id",
               "must be 1 to 64 letters, digits, '-', '_' or '.', or empty")
      .Require(IsZoneName(request.time_zone()), "time_zone",
               "must be a name of the IANA database, such as Europe/Berlin")
      .Require(IsHour(window.start_hour()), "bulk_window.start_hour", "must be 0 to 23")
      .Require(IsHour(window.end_hour()), "bulk_window.end_hour", "must be 0 to 23")
      .Require(IsWithin(request.bulk_calls_per_window(), 0, kMostCalls), "bulk_calls_per_window",
               "must be 0 to 1000000000")
      .Require(IsWithin(request.free_calls_per_month(), 0, kMostCalls), "free_calls_per_month",
               "must be 0 to 1000000000")
      .Require(IsWithin(request.weight(), 0, kMostWeight), "weight", "must be 0 to 100")
      .Require(IsWithin(request.max_running_jobs(), 0, kMostJobs), "max_running_jobs",
               "must be 0 to 1000")
      .Verdict();
}

absl::Status Check(const v1::GetUsageRequest& request) {
  return CheckWorkspaceId(request.workspace_id())
      .Require(request.month().empty() || IsMonth(request.month()), "month",
               "must be a month such as 2026-11")
      .Verdict();
}

WorkspaceChange ChangeOf(const v1::UpdateWorkspaceRequest& request) {
  const WorkspaceSettings product;
  WorkspaceChange change;
  if (request.has_customer_id()) change.customer_id = request.customer_id();
  if (request.has_time_zone()) {
    change.time_zone = request.time_zone().empty() ? product.time_zone : request.time_zone();
  }
  if (request.has_bulk_window()) {
    change.bulk_hours = {request.bulk_window().start_hour(), request.bulk_window().end_hour()};
  }
  change.bulk_calls_per_window =
      Number(request.has_bulk_calls_per_window(), request.bulk_calls_per_window(),
             product.bulk_calls_per_window);
  if (request.has_free_calls_per_month()) {
    change.free_calls_per_month = request.free_calls_per_month();
  }
  change.weight = Number(request.has_weight(), request.weight(), product.weight);
  change.max_running_jobs =
      Number(request.has_max_running_jobs(), request.max_running_jobs(), product.max_running_jobs);
  if (request.has_live()) change.live = request.live();
  if (request.has_syncs_enabled()) change.syncs_enabled = request.syncs_enabled();
  return change;
}

}  // namespace callimport::job_scheduler

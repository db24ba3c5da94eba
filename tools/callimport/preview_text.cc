#include "tools/callimport/preview_text.h"

#include <cstdio>

#include "tools/callimport/dates.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

namespace v1 = job_scheduler::v1;

std::string CountText(const v1::PreviewImportResponse& preview) {
  const std::string calls = Count(preview.calls(), "call");
  switch (preview.exactness()) {
    case common::v1::EXACTNESS_LOWER_BOUND:
      return "at least " + calls;
    case common::v1::EXACTNESS_ESTIMATE:
      return "about " + calls;
    default:
      return calls;
  }
}

std::string PriceText(const v1::Pricing& pricing) {
  if (pricing.cost_per_call_cents() == 0) return "nothing: it is included in the plan";
  const std::string left = Count(pricing.free_calls_left(), "free call") + " of " +
                           std::to_string(pricing.free_calls_included()) + " left this month";
  if (pricing.billable_calls() == 0) return "nothing (" + left + ")";
  return "at most " + Money(pricing.total_cost_cents()) + " for " +
         Count(pricing.billable_calls(), "call") + " at " + Money(pricing.cost_per_call_cents()) +
         " (" + left + ")";
}

std::string QuotaText(const v1::Forecast& forecast) {
  std::string text = Count(forecast.vendor_requests(), "request");
  if (!forecast.has_daily_quota_share()) return text;
  char share[64];
  std::snprintf(share, sizeof(share), ", %.1f %% of a day's quota",
                forecast.daily_quota_share() * 100);
  return text + share;
}

std::string BoundText(const std::string& bound) {
  if (bound == "QUOTA") return "; the vendor's quota is what bounds it";
  if (bound == "WINDOW") return "; the nightly window is what bounds it";
  return "";
}

std::string Line(const std::string& name, const std::string& text) {
  return "  " + Pad(name, 10) + text + "\n";
}

std::string HoursText(const v1::Workspace& workspace) {
  const v1::BulkWindow& window = workspace.bulk_window();
  if (window.start_hour() == window.end_hour()) return "always";
  char hours[64];
  std::snprintf(hours, sizeof(hours), "%02d:00 to %02d:00 %s", window.start_hour(),
                window.end_hour(), workspace.time_zone().c_str());
  return hours;
}

}  // namespace

std::string Money(int64_t cents) {
  char text[32];
  std::snprintf(text, sizeof(text), "%lld.%02lld", static_cast<long long>(cents / 100),
                static_cast<long long>(cents % 100));
  return text;
}

std::string PreviewText(const v1::PreviewImportResponse& preview) {
  std::string text = "An import would meet " + CountText(preview) + " from " +
                     ShortTime(preview.filter().start_time()) + " to " +
                     ShortTime(preview.filter().end_time()) + " UTC.\n";
  if (preview.quote_id().empty()) return text;
  const v1::Forecast& forecast = preview.forecast();
  text += Line("Price", PriceText(preview.pricing()));
  text += Line("Takes", forecast.duration_text() + ", done between " +
                            ShortTime(forecast.finish_earliest()) + " and " +
                            ShortTime(forecast.finish_latest()) + " UTC" +
                            BoundText(forecast.bound_by()));
  if (forecast.vendor_requests() > 0) text += Line("Quota", QuotaText(forecast));
  text += Line("Quote",
               preview.quote_id() + ", until " + ShortTime(preview.quote_expire_time()) + " UTC");
  return text;
}

std::string UsageText(const v1::GetUsageResponse& usage) {
  return "In " + usage.month() + " " + std::to_string(usage.free_calls_used()) + " of " +
         std::to_string(usage.free_calls_included()) + " free calls are used, and " +
         Count(usage.billed_calls(), "call") + " billed: " + Money(usage.billed_cents()) + ".\n";
}

std::string WorkspaceText(const v1::GetWorkspaceResponse& found) {
  const v1::Workspace& workspace = found.workspace();
  std::string text = workspace.workspace_id() + "\n";
  if (!workspace.customer_id().empty()) text += Line("Customer", workspace.customer_id());
  text += Line("Time zone", workspace.time_zone());
  text += Line("Bulk", HoursText(workspace) + ", up to " +
                           Count(workspace.bulk_calls_per_window(), "call") + " a window");
  if (found.has_next_window_start()) {
    text += Line("", "next from " + ShortTime(found.next_window_start()) + " UTC");
  } else if (found.has_window_end()) {
    text += Line("", "open until " + ShortTime(found.window_end()) + " UTC");
  }
  text += Line("Plan", Count(workspace.free_calls_per_month(), "free call") + " a month");
  text += Line("Share", "weight " + std::to_string(workspace.weight()) + ", " +
                            Count(workspace.max_running_jobs(), "job") + " at once");
  text += Line("Syncs", workspace.syncs_enabled() ? "on" : "off");
  if (workspace.live()) text += Line("Live", "yes");
  if (workspace.maintenance().on()) text += Line("Held", workspace.maintenance().reason());
  return text;
}

}  // namespace callimport::cli

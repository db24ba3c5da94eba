#include "tools/callimport/platform_page.h"

#include "absl/strings/str_cat.h"

namespace callimport::cli {
namespace {

using common::v1::PlatformDescriptor;

constexpr char kHead[] = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Platforms</title>
<style>
body { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #ddd; padding: .5em .8em; text-align: left; vertical-align: top; }
th { background: #f5f5f5; }
td small { color: #555; }
td img { height: 1.6em; margin-right: .5em; vertical-align: middle; }
</style></head><body>
<h1>Platforms that calls are imported from</h1>
<table>
<tr><th>Platform</th><th>Status</th><th>Calls of the past</th><th>New calls</th>
<th>Transcripts taken over</th><th>Announced at once</th><th>Price</th><th>Limits</th><th>How to connect</th></tr>
)";
constexpr char kFoot[] = "</table>\n</body></html>\n";

std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else if (c == '&')
      escaped += "&amp;";
    else if (c == '"')
      escaped += "&quot;";
    else
      escaped += c;
  }
  return escaped;
}

std::string StatusOf(const PlatformDescriptor& platform) {
  switch (platform.status()) {
    case PlatformDescriptor::STATUS_SUPPORTED:
      return "Supported";
    case PlatformDescriptor::STATUS_BETA:
      return "Beta";
    case PlatformDescriptor::STATUS_COMING_SOON:
      return "Coming soon";
    default:
      return "Not planned";
  }
}

// What is only planned is not promised.
std::string Promise(const PlatformDescriptor& platform, bool offered) {
  const bool now = platform.status() == PlatformDescriptor::STATUS_SUPPORTED ||
                   platform.status() == PlatformDescriptor::STATUS_BETA;
  if (!offered) return "no";
  return now ? "yes" : "planned";
}

std::string PriceOf(const PlatformDescriptor& platform) {
  if (!platform.has_cost_per_call_cents()) return "Included";
  const int cents = platform.cost_per_call_cents();
  const std::string rest = std::to_string(100 + cents % 100).substr(1);
  return "$" + std::to_string(cents / 100) + "." + rest + " a call";
}

std::string PeriodOf(int seconds) {
  if (seconds == 1) return "second";
  if (seconds == 60) return "minute";
  if (seconds == 3'600) return "hour";
  if (seconds == 86'400) return "day";
  return std::to_string(seconds) + " seconds";
}

std::string LimitsOf(const PlatformDescriptor& platform) {
  std::string limits;
  for (const common::v1::RateWindow& window : platform.rate_windows()) {
    limits += (limits.empty() ? "" : ", ") + std::to_string(window.limit()) + " requests a " +
              PeriodOf(window.period_seconds());
  }
  return limits.empty() ? "not published" : limits;
}

// Pictures that are in the answer; none is fetched from elsewhere.
std::string LogoOf(const PlatformDescriptor& platform) {
  if (!platform.logo_url().starts_with("data:image/svg+xml,")) return "";
  return absl::StrCat("<img alt=\"\" src=\"", Escaped(platform.logo_url()), "\">");
}

std::string Cell(const std::string& html) { return "<td>" + html + "</td>"; }

std::string RowOf(const PlatformDescriptor& platform) {
  return "<tr>" + Cell(LogoOf(platform) + "<b>" + Escaped(platform.display_name()) + "</b>") +
         Cell(StatusOf(platform)) + Cell(Promise(platform, platform.supports_historical_import())) +
         Cell(Promise(platform, platform.supports_ongoing_sync())) +
         Cell(Promise(platform, platform.supports_transcript_reuse())) +
         Cell(Promise(platform, platform.supports_webhooks())) + Cell(PriceOf(platform)) +
         Cell(LimitsOf(platform)) +
         Cell("<small>" + Escaped(platform.auth_instructions()) + "</small>") + "</tr>\n";
}

}  // namespace

std::string PlatformPage(const adapter_gateway::v1::ListPlatformsResponse& registry) {
  std::string page = kHead;
  // What can be had comes first.
  for (const auto status :
       {PlatformDescriptor::STATUS_SUPPORTED, PlatformDescriptor::STATUS_BETA,
        PlatformDescriptor::STATUS_COMING_SOON, PlatformDescriptor::STATUS_NOT_PLANNED}) {
    for (const PlatformDescriptor& platform : registry.platforms()) {
      if (platform.status() == status) page += RowOf(platform);
    }
  }
  return page + kFoot;
}

}  // namespace callimport::cli

#include "services/adapter-gateway/vendor/vendor_metrics.h"

namespace callimport::adapter_gateway {
namespace {

constexpr char kLookUps[] = "platform_lookups_total";
constexpr char kLookUpsHelp[] =
    "Questions about members, numbers and workspaces, by whether memory knew the answer.";

}  // namespace

VendorMetrics::VendorMetrics(std::string platform)
    : platform_(std::move(platform)),
      latency_("platform_api_latency_seconds", "How long platforms take to answer.",
               {{"platform", platform_}}),
      remembered_(kLookUps, kLookUpsHelp, {{"platform", platform_}, {"answer", "remembered"}}),
      asked_(kLookUps, kLookUpsHelp, {{"platform", platform_}, {"answer", "asked"}}) {}

void VendorMetrics::Count(int status, std::chrono::duration<double> latency) {
  latency_.Observe(latency.count());
  std::lock_guard lock(mutex_);
  auto counter = requests_.find(status);
  if (counter == requests_.end()) {
    const std::string label = status == 0 ? "none" : std::to_string(status);
    counter = requests_
                  .try_emplace(status, "platform_api_requests_total",
                               "Requests to platforms, by HTTP status.",
                               metrics::Labels{{"platform", platform_}, {"status", label}})
                  .first;
  }
  counter->second.Add();
}

}  // namespace callimport::adapter_gateway

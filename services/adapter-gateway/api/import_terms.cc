#include "services/adapter-gateway/api/import_terms.h"

#include <algorithm>

namespace callimport::adapter_gateway {
namespace {

constexpr int kDaySeconds = 86'400;

int64_t RequestsFor(int64_t calls, int calls_per_request) {
  if (calls_per_request <= 0) return 0;
  return (calls + calls_per_request - 1) / calls_per_request;
}

// Requests that the window allows in a second.
double RateOf(const common::v1::RateWindow& window) {
  return static_cast<double>(window.limit()) / std::max(window.weight(), 1) /
         std::max(window.period_seconds(), 1);
}

void LowerRate(double rate, v1::ImportTerms& terms) {
  const double known = terms.requests_per_second();
  terms.set_requests_per_second(known > 0 ? std::min(known, rate) : rate);
}

void LowerDay(double rate, v1::ImportTerms& terms) {
  const auto daily = static_cast<int64_t>(rate * kDaySeconds + 0.5);
  terms.set_daily_requests(terms.has_daily_requests() ? std::min(terms.daily_requests(), daily)
                                                      : daily);
}

}  // namespace

v1::ImportTerms ImportTermsOf(const common::v1::PlatformDescriptor& platform,
                              const RequestCosts& costs, int64_t calls) {
  v1::ImportTerms terms;
  if (platform.has_cost_per_call_cents()) {
    terms.set_cost_per_call_cents(platform.cost_per_call_cents());
  }
  int64_t requests = RequestsFor(calls, costs.calls_per_page) +
                     RequestsFor(calls, costs.calls_per_lookup) +
                     RequestsFor(calls, costs.calls_per_recording);
  if (platform.supports_transcript_reuse()) {
    requests += RequestsFor(calls, costs.calls_per_transcript);
  }
  terms.set_vendor_requests(requests);
  for (const auto& window : platform.rate_windows()) {
    if (window.period_seconds() >= kDaySeconds) {
      LowerDay(RateOf(window), terms);
    } else {
      LowerRate(RateOf(window), terms);
    }
  }
  terms.set_concurrent_downloads(platform.concurrent_downloads());
  terms.set_max_range_days(platform.max_range_days());
  for (const auto& filter : platform.filters()) terms.add_filters(filter.name());
  return terms;
}

}  // namespace callimport::adapter_gateway

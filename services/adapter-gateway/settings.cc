#include "services/adapter-gateway/settings.h"

#include <algorithm>

#include "services/adapter-gateway/vendor/vendor_session.h"

namespace callimport::adapter_gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kQuotaLease{5'000};

template <typename Unit>
void Replace(int32_t value, milliseconds& by_default) {
  if (value > 0) by_default = Unit(value);
}

}  // namespace

milliseconds QuotaLeaseOf(const Config& config) {
  milliseconds lease = kQuotaLease;
  Replace<milliseconds>(config.quota_lease_ms(), lease);
  return lease;
}

http::Deadlines DeadlinesOf(const Config& config) {
  http::Deadlines deadlines = kVendorDeadlines;
  Replace<milliseconds>(config.deadlines().connect_ms(), deadlines.connect);
  Replace<milliseconds>(config.deadlines().idle_ms(), deadlines.idle);
  Replace<milliseconds>(config.deadlines().total_ms(), deadlines.total);
  return deadlines;
}

int64_t LargestRecordingOf(const Config& config) {
  const int64_t wanted = config.largest_recording_bytes();
  return wanted > 0 ? wanted : kLargestRecording;
}

BreakerTerms BreakerTermsOf(const Config& config) {
  BreakerTerms terms;
  if (config.breaker().failures() > 0) terms.failures = config.breaker().failures();
  Replace<seconds>(config.breaker().first_open_seconds(), terms.first_open);
  Replace<seconds>(config.breaker().longest_open_seconds(), terms.longest_open);
  return terms;
}

QuarantineTerms QuarantineTermsOf(const Config& config) {
  const QuarantineConfig& wanted = config.quarantine();
  QuarantineTerms terms;
  if (wanted.keep_days() > 0) terms.keep = std::chrono::hours(24) * wanted.keep_days();
  if (wanted.records_per_account() > 0) terms.most_of_account = wanted.records_per_account();
  // A page of them has to fit into a message.
  const auto largest = static_cast<size_t>(std::max(wanted.largest_bytes(), 0));
  if (largest > 0) terms.largest = std::min(terms.largest, largest);
  return terms;
}

}  // namespace callimport::adapter_gateway

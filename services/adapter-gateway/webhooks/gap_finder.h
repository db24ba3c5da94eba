// Holds what a vendor lists against what it announced. Once a day every source is listed again
// (WORK_CLASS_RECONCILE), which imports whatever was missed; here it is told how much that was, so
// that somebody looks after a vendor whose webhooks do not come.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "libs/common/clock.h"
#include "libs/telemetry/metrics.h"
#include "services/adapter-gateway/listing/listing_witness.h"
#include "services/adapter-gateway/storage/webhook_store.h"

namespace callimport::adapter_gateway {

class GapFinder {
 public:
  // What came last may still be announced.
  static constexpr std::chrono::hours kAnnouncedWithin{1};
  // Of one listing; where there are more, it is left alone.
  static constexpr int kMostAnnouncements = 200'000;

  GapFinder(WebhookStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  // Null unless it reconciles a source whose vendor was told where to announce calls.
  std::unique_ptr<ListingWitness> Watch(const v1::ListCallsRequest& request);

 private:
  class Comparison;

  void Count(const WebhookSource& source, int64_t announced, int64_t missed);

  WebhookStore& store_;
  const Clock& clock_;
  std::mutex mutex_;
  // By platform: announced and missed.
  std::map<std::string, std::pair<metrics::Counter, metrics::Counter>> counters_;
};

}  // namespace callimport::adapter_gateway

// Leaves a vendor alone that does not answer: after some failures in a row nothing is sent to that
// group of endpoints for that account; then one request at a time is let through to see.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "libs/common/clock.h"
#include "libs/telemetry/metrics.h"
#include "services/adapter-gateway/domain/breaker_notice.h"

namespace callimport::adapter_gateway {

struct BreakerTerms {
  // Failures in a row that open it.
  int failures = 8;
  // How long it stays open first; twice as long after each probe that failed.
  std::chrono::milliseconds first_open{5'000};
  std::chrono::milliseconds longest_open{300'000};
};

class CircuitBreakers {
 public:
  explicit CircuitBreakers(const Clock& clock, BreakerTerms terms = {})
      : clock_(clock), terms_(terms) {}

  // RESOURCE_EXHAUSTED (BREAKER_OPEN), saying when another try makes sense, while it is open or
  // another request probes.
  absl::Status Check(const std::string& account, const std::string& group);
  // The same for a request that goes now, which must be followed by Report() or Forget().
  absl::Status Admit(const std::string& account, const std::string& group);
  // OK: the vendor answered, whatever it was.
  void Report(const std::string& account, const std::string& group, const absl::Status& outcome);
  // It came to nothing, and says nothing.
  void Forget(const std::string& account, const std::string& group);

  // Of all accounts of this platform, how many are open.
  int CountOpen(const std::string& platform);

  // Those that opened or closed since the last time; the newest of each breaker only.
  std::vector<BreakerNotice> TakeNotices();

 private:
  using Key = std::pair<std::string, std::string>;
  struct Breaker {
    int failures = 0;
    // Times that it opened in a row; 0: it is closed.
    int opened = 0;
    Timestamp probe_at{};
    bool probing = false;
    Timestamp probing_since{};
  };

  absl::Status Judge(const Breaker& breaker) const;
  void Open(const Key& key, Breaker& breaker, const absl::Status& why);
  void Close(const Key& key);
  void DropOld();
  metrics::Gauge& OpenOnes(const std::string& platform);

  const Clock& clock_;
  const BreakerTerms terms_;
  std::mutex mutex_;
  // Those with a failure behind them.
  std::map<Key, Breaker> breakers_;
  std::map<Key, BreakerNotice> notices_;
  std::map<std::string, metrics::Gauge> open_;
  std::map<std::string, metrics::Counter> openings_;
};

// The endpoint, where the request names no group: its path without ids and query.
std::string BreakerGroupOf(const std::string& group, const std::string& path);

}  // namespace callimport::adapter_gateway

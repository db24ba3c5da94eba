// What the vendors were asked, so that tests can see what no client tells.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "libs/common/clock.h"

namespace callimport::fake_vendors {

struct StatsSnapshot {
  // By endpoint and status; a broken connection has status 0.
  std::map<std::string, std::map<int, uint64_t>> requests;
  uint64_t bytes = 0;
  int64_t in_flight = 0;
  int64_t peak_in_flight = 0;
  int64_t peak_media_in_flight = 0;
  // The most requests to the limited interface that came within one second (less 50 ms of
  // jitter).
  uint64_t busiest_second = 0;
  Timestamp first_request{};
  Timestamp last_request{};
  // Recordings that were asked for, and those asked for more than once.
  uint64_t media_calls = 0;
  uint64_t media_calls_repeated = 0;

  uint64_t Requests(const std::string& endpoint) const;
  uint64_t Requests(const std::string& endpoint, int status) const;
};

// Safe from any thread.
class Stats {
 public:
  explicit Stats(const Clock& clock) : clock_(clock) {}

  // A request came in; the result is to be kept until its answer has left.
  std::shared_ptr<void> Begin(const std::string& endpoint);
  void Answered(const std::string& endpoint, int status, uint64_t bytes);
  void Downloaded(const std::string& call);

  StatsSnapshot Snapshot() const;
  // How often each recording was asked for, by call id.
  std::unordered_map<std::string, uint32_t> Downloads() const;
  void Reset();

 private:
  void CountArrival(Timestamp now);
  void End(bool media);

  const Clock& clock_;
  mutable std::mutex mutex_;
  StatsSnapshot seen_;
  std::unordered_map<std::string, uint32_t> downloads_;
  int64_t media_in_flight_ = 0;
  std::deque<Timestamp> last_second_;
};

std::string ToJson(const StatsSnapshot& snapshot);

}  // namespace callimport::fake_vendors

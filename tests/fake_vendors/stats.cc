#include "tests/fake_vendors/stats.h"

#include <algorithm>

#include "tests/fake_vendors/json_writer.h"

namespace callimport::fake_vendors {
namespace {

// As tolerant of the network's jitter as RateLimit.
constexpr std::chrono::milliseconds kOneSecond(950);

int64_t Millis(Timestamp time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

uint64_t StatsSnapshot::Requests(const std::string& endpoint) const {
  uint64_t sum = 0;
  const auto found = requests.find(endpoint);
  if (found == requests.end()) return 0;
  for (const auto& [status, count] : found->second) sum += count;
  return sum;
}

uint64_t StatsSnapshot::Requests(const std::string& endpoint, int status) const {
  const auto found = requests.find(endpoint);
  if (found == requests.end()) return 0;
  const auto count = found->second.find(status);
  return count == found->second.end() ? 0 : count->second;
}

std::shared_ptr<void> Stats::Begin(const std::string& endpoint) {
  const bool media = endpoint == "media";
  std::lock_guard lock(mutex_);
  const Timestamp now = clock_.Now();
  if (seen_.first_request == Timestamp()) seen_.first_request = now;
  seen_.last_request = now;
  if (!media) CountArrival(now);
  if (media) seen_.peak_media_in_flight = std::max(seen_.peak_media_in_flight, ++media_in_flight_);
  seen_.peak_in_flight = std::max(seen_.peak_in_flight, ++seen_.in_flight);
  return {static_cast<void*>(this), [this, media](void*) { End(media); }};
}

void Stats::CountArrival(Timestamp now) {
  last_second_.push_back(now);
  while (last_second_.front() + kOneSecond <= now) last_second_.pop_front();
  seen_.busiest_second = std::max<uint64_t>(seen_.busiest_second, last_second_.size());
}

void Stats::End(bool media) {
  std::lock_guard lock(mutex_);
  --seen_.in_flight;
  if (media) --media_in_flight_;
}

void Stats::Answered(const std::string& endpoint, int status, uint64_t bytes) {
  std::lock_guard lock(mutex_);
  ++seen_.requests[endpoint][status];
  seen_.bytes += bytes;
}

void Stats::Downloaded(const std::string& call) {
  std::lock_guard lock(mutex_);
  const uint32_t times = ++downloads_[call];
  if (times == 1) ++seen_.media_calls;
  if (times == 2) ++seen_.media_calls_repeated;
}

StatsSnapshot Stats::Snapshot() const {
  std::lock_guard lock(mutex_);
  return seen_;
}

std::unordered_map<std::string, uint32_t> Stats::Downloads() const {
  std::lock_guard lock(mutex_);
  return downloads_;
}

void Stats::Reset() {
  std::lock_guard lock(mutex_);
  const int64_t in_flight = seen_.in_flight;
  seen_ = {};
  seen_.in_flight = in_flight;
  downloads_.clear();
  last_second_.clear();
}

std::string ToJson(const StatsSnapshot& snapshot) {
  JsonWriter json;
  json.BeginObject().Key("requests").BeginObject();
  for (const auto& [endpoint, statuses] : snapshot.requests) {
    json.Key(endpoint).BeginObject();
    for (const auto& [status, count] : statuses) json.Field(std::to_string(status), count);
    json.EndObject();
  }
  json.EndObject()
      .Field("bytes", snapshot.bytes)
      .Field("in_flight", snapshot.in_flight)
      .Field("peak_in_flight", snapshot.peak_in_flight)
      .Field("peak_media_in_flight", snapshot.peak_media_in_flight)
      .Field("busiest_second", snapshot.busiest_second)
      .Field("first_request_ms", Millis(snapshot.first_request))
      .Field("last_request_ms", Millis(snapshot.last_request))
      .Field("media_calls", snapshot.media_calls)
      .Field("media_calls_repeated", snapshot.media_calls_repeated)
      .EndObject();
  return json.Take();
}

}  // namespace callimport::fake_vendors

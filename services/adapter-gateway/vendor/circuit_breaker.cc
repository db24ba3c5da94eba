#include "services/adapter-gateway/vendor/circuit_breaker.h"

#include <algorithm>
#include <cctype>

#include "libs/common/errors.h"
#include "libs/telemetry/log.h"

namespace callimport::adapter_gateway {
namespace {

using std::chrono::milliseconds;

// While another request probes.
constexpr milliseconds kProbing{1'000};
// A probe that nobody has reported by then is lost.
constexpr milliseconds kLongestProbe{120'000};
constexpr size_t kManyBreakers = 8192;
constexpr std::chrono::hours kOld{1};

std::string PlatformOf(const std::string& account) { return account.substr(0, account.find('/')); }

absl::Status IsOpen(const std::string& why, Timestamp::duration wait) {
  return WithRetryDelay(Error(absl::StatusCode::kResourceExhausted, "BREAKER_OPEN", why),
                        std::max(std::chrono::ceil<milliseconds>(wait), milliseconds(1)));
}

bool IsId(const std::string& segment) {
  const auto digits = std::count_if(segment.begin(), segment.end(),
                                    [](unsigned char c) { return std::isdigit(c) != 0; });
  return segment.size() >= 20 || (digits > 0 && digits * 2 > static_cast<int64_t>(segment.size()));
}

}  // namespace

std::string BreakerGroupOf(const std::string& group, const std::string& path) {
  if (!group.empty()) return group;
  const std::string plain = path.substr(0, path.find('?'));
  std::string endpoint;
  for (size_t begin = 0; begin < plain.size();) {
    size_t end = plain.find('/', begin + 1);
    if (end == std::string::npos) end = plain.size();
    const std::string segment = plain.substr(begin + 1, end - begin - 1);
    endpoint += IsId(segment) ? "/*" : "/" + segment;
    begin = end;
  }
  return endpoint;
}

absl::Status CircuitBreakers::Judge(const Breaker& breaker) const {
  if (breaker.opened == 0) return absl::OkStatus();
  const Timestamp now = clock_.Now();
  if (now < breaker.probe_at) {
    return IsOpen("the vendor has not answered several times; it is left alone for a while",
                  breaker.probe_at - now);
  }
  if (breaker.probing && now - breaker.probing_since < kLongestProbe) {
    return IsOpen("another request finds out whether the vendor answers again", kProbing);
  }
  return absl::OkStatus();
}

absl::Status CircuitBreakers::Check(const std::string& account, const std::string& group) {
  std::lock_guard lock(mutex_);
  const auto found = breakers_.find({account, group});
  return found == breakers_.end() ? absl::OkStatus() : Judge(found->second);
}

absl::Status CircuitBreakers::Admit(const std::string& account, const std::string& group) {
  std::lock_guard lock(mutex_);
  const auto found = breakers_.find({account, group});
  if (found == breakers_.end()) return absl::OkStatus();
  Breaker& breaker = found->second;
  const absl::Status verdict = Judge(breaker);
  if (verdict.ok() && breaker.opened > 0) {
    breaker.probing = true;
    breaker.probing_since = clock_.Now();
  }
  return verdict;
}

void CircuitBreakers::Report(const std::string& account, const std::string& group,
                             const absl::Status& outcome) {
  std::lock_guard lock(mutex_);
  const Key key{account, group};
  if (outcome.ok()) {
    const auto found = breakers_.find(key);
    if (found == breakers_.end()) return;
    if (found->second.opened > 0) Close(key);
    breakers_.erase(found);
    return;
  }
  if (breakers_.size() > kManyBreakers) DropOld();
  Breaker& breaker = breakers_[key];
  ++breaker.failures;
  const bool probed = breaker.opened > 0 && clock_.Now() >= breaker.probe_at;
  if (probed || (breaker.opened == 0 && breaker.failures >= terms_.failures)) {
    Open(key, breaker, outcome);
  }
}

// Those of accounts that nobody asks any more.
void CircuitBreakers::DropOld() {
  const Timestamp now = clock_.Now();
  std::erase_if(breakers_, [&](auto& entry) {
    const bool old = entry.second.probe_at + kOld < now;
    if (old && entry.second.opened > 0) Close(entry.first);
    return old;
  });
}

void CircuitBreakers::Forget(const std::string& account, const std::string& group) {
  std::lock_guard lock(mutex_);
  const auto found = breakers_.find({account, group});
  if (found != breakers_.end()) found->second.probing = false;
}

void CircuitBreakers::Open(const Key& key, Breaker& breaker, const absl::Status& why) {
  milliseconds open = terms_.first_open;
  for (int i = 0; i < breaker.opened && open < terms_.longest_open; ++i) open *= 2;
  open = std::min(open, terms_.longest_open);
  breaker.probing = false;
  breaker.probe_at = clock_.Now() + open;
  if (breaker.opened++ == 0) {
    const std::string platform = PlatformOf(key.first);
    OpenOnes(platform).Add(1);
    openings_
        .try_emplace(platform, "platform_breaker_opened_total",
                     "How often a platform was left alone because it did not answer.",
                     metrics::Labels{{"platform", platform}})
        .first->second.Add();
  }
  notices_[key] = {.account = key.first,
                   .group = key.second,
                   .open = true,
                   .probe_at = breaker.probe_at,
                   .reason = std::string(why.message())};
  log::Warning("the vendor is left alone for a while", {{"platform", PlatformOf(key.first)},
                                                        {"endpoints", key.second},
                                                        {"open_ms", open.count()},
                                                        {"why", why}});
}

void CircuitBreakers::Close(const Key& key) {
  OpenOnes(PlatformOf(key.first)).Add(-1);
  notices_[key] = {
      .account = key.first, .group = key.second, .open = false, .probe_at = {}, .reason = ""};
  log::Info("the vendor answers again",
            {{"platform", PlatformOf(key.first)}, {"endpoints", key.second}});
}

int CircuitBreakers::CountOpen(const std::string& platform) {
  std::lock_guard lock(mutex_);
  return static_cast<int>(
      std::count_if(breakers_.begin(), breakers_.end(), [&](const auto& breaker) {
        return breaker.second.opened > 0 && PlatformOf(breaker.first.first) == platform;
      }));
}

metrics::Gauge& CircuitBreakers::OpenOnes(const std::string& platform) {
  return open_
      .try_emplace(platform, "platform_breakers_open",
                   "Groups of endpoints of accounts that are left alone now.",
                   metrics::Labels{{"platform", platform}})
      .first->second;
}

std::vector<BreakerNotice> CircuitBreakers::TakeNotices() {
  std::lock_guard lock(mutex_);
  std::vector<BreakerNotice> notices;
  for (auto& [key, notice] : notices_) notices.push_back(std::move(notice));
  notices_.clear();
  return notices;
}

}  // namespace callimport::adapter_gateway

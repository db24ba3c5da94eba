#include "services/adapter-gateway/quota/quota_broker.h"

#include <algorithm>
#include <condition_variable>
#include <ranges>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"
#include "services/adapter-gateway/quota/own_ledger.h"

namespace callimport::adapter_gateway {
namespace {

using std::chrono::milliseconds;

// How often somebody in line looks whether he is still needed.
constexpr milliseconds kGlance{200};
constexpr size_t kManyLines = 4096;
// In one transaction.
constexpr size_t kManyBuckets = 256;

absl::Status Exhausted(Timestamp::duration wait) {
  const auto delay = std::chrono::ceil<milliseconds>(wait);
  return WithRetryDelay(Error(absl::StatusCode::kResourceExhausted, "QUOTA_EXHAUSTED",
                              "the account's request quota at the vendor is used up for the next " +
                                  std::to_string(delay.count()) + " ms"),
                        delay);
}

absl::Status Cancelled() {
  return Error(absl::StatusCode::kCancelled, "REQUEST_CANCELLED",
               "nobody waits for the vendor's answer any more");
}

}  // namespace

std::vector<QuotaWindow> WindowsOf(const QuotaPolicy& policy, QuotaScope scope) {
  std::vector<QuotaWindow> windows;
  for (const QuotaWindow& window : policy.windows) {
    if (window.scope == scope) windows.push_back(window);
  }
  return windows;
}

std::string BucketName(const std::string& account, QuotaScope scope) {
  if (scope == QuotaScope::kAccount) return account;
  const std::string platform = account.substr(0, account.find('/'));
  return platform + (scope == QuotaScope::kApp ? "//app" : "//address");
}

struct QuotaBroker::Waiter {
  const QuotaUse& use;
  std::condition_variable turn{};
};

// Those who wait to ask in the name of one account.
struct QuotaBroker::Line {
  Buckets buckets;  // the account's own is the first
  std::deque<Waiter*> waiters;

  void Adopt(const QuotaPolicy& policy) {
    for (const auto& bucket : buckets) bucket->Adopt(policy);
  }
  void Join(Waiter& waiter) {
    const auto place = waiter.use.urgent
                           ? std::find_if(waiters.begin(), waiters.end(),
                                          [](const Waiter* each) { return !each->use.urgent; })
                           : waiters.end();
    waiters.insert(place, &waiter);
  }
  void Leave(Waiter& waiter) {
    waiters.erase(std::find(waiters.begin(), waiters.end(), &waiter));
    WakeFirsts();
  }

  // Those before him who need just the same.
  int64_t Ahead(const Waiter& waiter) const {
    const auto self = std::find(waiters.begin(), waiters.end(), &waiter);
    return std::count_if(waiters.begin(), self,
                         [&](const Waiter* each) { return each->use.group == waiter.use.group; });
  }
  bool IsFirst(const Waiter& waiter) const { return Ahead(waiter) == 0; }

  bool MayGo(const Waiter& waiter, Timestamp now) const {
    return std::all_of(buckets.begin(), buckets.end(),
                       [&](const auto& bucket) { return bucket->MayGo(now, waiter.use); });
  }
  // Of each group, who came first.
  std::vector<Waiter*> Firsts() const {
    std::vector<Waiter*> firsts;
    for (Waiter* waiter : waiters) {
      const bool known = std::ranges::any_of(
          firsts, [&](const Waiter* each) { return each->use.group == waiter->use.group; });
      if (!known) firsts.push_back(waiter);
    }
    return firsts;
  }
  // The first in line who may go; those before him wait for what he does not need. So nobody is
  // overtaken who could go himself, and nobody holds up others with what he alone waits for.
  Waiter* Next(Timestamp now) const {
    const std::vector<Waiter*> firsts = Firsts();
    const auto next =
        std::ranges::find_if(firsts, [&](const Waiter* each) { return MayGo(*each, now); });
    return next == firsts.end() ? nullptr : *next;
  }
  void WakeFirsts() const {
    for (Waiter* waiter : Firsts()) waiter->turn.notify_one();
  }
};

QuotaBroker::QuotaBroker(const Clock& clock)
    : clock_(clock), own_(std::make_unique<OwnLedger>(clock)), exchange_(*own_) {}

QuotaBroker::QuotaBroker(const Clock& clock, QuotaExchange& exchange)
    : clock_(clock), exchange_(exchange) {}

QuotaBroker::~QuotaBroker() = default;

absl::Status QuotaBroker::Acquire(const std::string& account, const LivePolicy& policy,
                                  const Patience& patience, const QuotaUse& use) {
  Lock lock(mutex_);
  const std::shared_ptr<Line> line = LineOf(account, policy);
  Waiter self{.use = use};
  line->Join(self);
  const absl::Status status = AwaitTurn(lock, *line, self, policy, patience);
  line->Leave(self);
  return status;
}

absl::Status QuotaBroker::AwaitTurn(Lock& lock, Line& line, Waiter& self, const LivePolicy& policy,
                                    const Patience& patience) {
  while (true) {
    line.Adopt(*policy.Now());
    const Timestamp now = clock_.Now();
    const bool first = line.IsFirst(self);
    Waiter* const next = first ? line.Next(now) : nullptr;
    if (next == &self) {
      for (const auto& bucket : line.buckets) bucket->Take(now, self.use);
      return absl::OkStatus();
    }
    if (next != nullptr) next->turn.notify_one();
    Buckets lacking;
    for (const auto& bucket : line.buckets) {
      bucket->Miss(now, self.use);
      if (first && bucket->ShouldAsk(now, self.use)) lacking.push_back(bucket);
    }
    if (!lacking.empty()) {
      // An error shows as tokens that do not come.
      Exchange(lock, lacking).IgnoreError();
      continue;
    }
    const Timestamp due = Earliest(line, self, now);
    if (due > patience.until) return Exhausted(due - now);
    if (patience.Gone()) return Cancelled();
    // The others are woken when it may be their turn.
    const Timestamp::duration wait =
        first ? std::max<Timestamp::duration>(due - now, milliseconds(1)) : kGlance;
    self.turn.wait_for(lock, std::min<Timestamp::duration>(wait, kGlance));
  }
}

Timestamp QuotaBroker::Earliest(const Line& line, const Waiter& self, Timestamp now) {
  const int64_t ahead = line.Ahead(self);
  Timestamp earliest = now;
  for (const auto& bucket : line.buckets) {
    earliest = std::max(earliest, bucket->Earliest(now, self.use, ahead));
  }
  return earliest;
}

// Without the lock while the answer is awaited.
absl::Status QuotaBroker::Exchange(Lock& lock, const Buckets& buckets, bool release) {
  const Timestamp asked_at = clock_.Now();
  std::vector<BucketClaim> claims;
  for (const auto& bucket : buckets) {
    claims.push_back(bucket->Claim(asked_at, WaitingFor(*bucket), release));
  }
  lock.unlock();
  const auto grants = exchange_.Exchange(claims);
  lock.lock();
  const Timestamp now = clock_.Now();
  for (size_t i = 0; i < buckets.size(); ++i) {
    if (grants.ok()) {
      buckets[i]->Apply(claims[i], (*grants)[i], asked_at + exchange_.lease(), now);
    } else {
      buckets[i]->Fail(now);
    }
  }
  if (!grants.ok()) {
    log::Warning("the budgets cannot be shared", {{"status", grants.status()}});
  }
  WakeFirsts();
  return grants.status();
}

std::vector<QuotaBroker::Measured> QuotaBroker::MeasuredOf(const std::string& platform) {
  std::map<BucketState::WindowKey, Measured> lowest;
  const std::lock_guard lock(mutex_);
  for (const auto& [name, bucket] : buckets_) {
    if (!name.starts_with(platform + "/")) continue;
    for (const WindowShare& share : bucket->shares()) {
      if (share.limit() >= share.window().limit) continue;
      Measured& measured =
          lowest.try_emplace(KeyOf(share.window()), share.window(), share.limit()).first->second;
      measured.limit = std::min(measured.limit, share.limit());
      ++measured.accounts;
    }
  }
  const auto values = std::views::values(lowest);
  return {values.begin(), values.end()};
}

void QuotaBroker::WakeFirsts() {
  for (const auto& [account, line] : lines_) line->WakeFirsts();
}

Waiting QuotaBroker::WaitingFor(const QuotaBucket& bucket) const {
  Waiting waiting;
  const auto count = [&](const Line& line) {
    for (const Waiter* waiter : line.waiters) {
      ++waiting.all;
      waiting.urgent += waiter->use.urgent ? 1 : 0;
    }
  };
  const auto own = lines_.find(bucket.name());
  if (own != lines_.end()) {
    count(*own->second);
    return waiting;
  }
  for (const auto& [account, line] : lines_) {
    const bool uses = std::any_of(line->buckets.begin(), line->buckets.end(),
                                  [&](const auto& each) { return each.get() == &bucket; });
    if (uses) count(*line);
  }
  return waiting;
}

void QuotaBroker::Refused(const std::string& account, const LivePolicy& policy,
                          const std::string& group, Timestamp sent_at, Timestamp until) {
  Lock lock(mutex_);
  for (const auto& bucket : LineOf(account, policy)->buckets) {
    bucket->Refused(group, sent_at, until);
  }
}

void QuotaBroker::StopUntil(const std::string& account, const LivePolicy& policy, Timestamp until) {
  Lock lock(mutex_);
  for (const auto& bucket : LineOf(account, policy)->buckets) bucket->StopUntil(until);
}

void QuotaBroker::Heed(const std::string& account, const LivePolicy& policy,
                       const VendorWord& word) {
  Lock lock(mutex_);
  for (const auto& bucket : LineOf(account, policy)->buckets) bucket->Heed(word);
}

absl::Status QuotaBroker::Tick() {
  Lock lock(mutex_);
  const Timestamp now = clock_.Now();
  Buckets due;
  for (const auto& [name, bucket] : buckets_) {
    if (due.size() < kManyBuckets && bucket->IsDue(now)) due.push_back(bucket);
  }
  if (due.empty()) return absl::OkStatus();
  return Exchange(lock, due);
}

absl::Status QuotaBroker::Release() {
  Lock lock(mutex_);
  Buckets held;
  for (const auto& [name, bucket] : buckets_) {
    if (!bucket->asking()) held.push_back(bucket);
  }
  if (held.empty()) return absl::OkStatus();
  return Exchange(lock, held, /*release=*/true);
}

std::shared_ptr<QuotaBroker::Line> QuotaBroker::LineOf(const std::string& account,
                                                       const LivePolicy& live) {
  const auto found = lines_.find(account);
  if (found != lines_.end()) return found->second;
  if (lines_.size() >= kManyLines) DropIdle();
  const auto policy = live.Now();
  auto line = std::make_shared<Line>();
  line->buckets.push_back(BucketOf(account, *policy, QuotaScope::kAccount));
  for (const QuotaScope scope : {QuotaScope::kApp, QuotaScope::kAddress}) {
    if (WindowsOf(*policy, scope).empty()) continue;
    line->buckets.push_back(BucketOf(BucketName(account, scope), *policy, scope));
  }
  return lines_[account] = line;
}

std::shared_ptr<QuotaBucket> QuotaBroker::BucketOf(const std::string& name,
                                                   const QuotaPolicy& policy, QuotaScope scope) {
  std::shared_ptr<QuotaBucket>& bucket = buckets_[name];
  if (!bucket) bucket = std::make_shared<QuotaBucket>(name, WindowsOf(policy, scope));
  return bucket;
}

// Those that hold nothing are as good as new ones.
void QuotaBroker::DropIdle() {
  const Timestamp now = clock_.Now();
  std::erase_if(lines_, [&](const auto& entry) {
    return entry.second.use_count() == 1 && entry.second->waiters.empty() &&
           entry.second->buckets.front()->IsForgettable(now);
  });
  std::erase_if(buckets_, [](const auto& entry) { return entry.second.use_count() == 1; });
}

}  // namespace callimport::adapter_gateway

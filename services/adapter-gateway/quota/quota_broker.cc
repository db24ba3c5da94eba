#include "services/adapter-gateway/quota/quota_broker.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <vector>

#include "libs/common/errors.h"
#include "services/adapter-gateway/quota/sliding_window.h"

namespace callimport::adapter_gateway {
namespace {

using std::chrono::milliseconds;

// How often somebody in line looks whether he is still needed.
constexpr milliseconds kGlance{200};
constexpr size_t kManyBuckets = 4096;

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

class QuotaBroker::Bucket {
 public:
  explicit Bucket(const QuotaPolicy& policy)
      : windows_(policy.windows.begin(), policy.windows.end()) {}

  absl::Status Acquire(const Clock& clock, const Patience& patience) {
    std::unique_lock lock(mutex_);
    Waiter self;
    line_.push_back(&self);
    const absl::Status status = AwaitTurn(lock, self, clock, patience);
    line_.erase(std::find(line_.begin(), line_.end(), &self));
    if (!line_.empty()) line_.front()->turn.notify_one();
    return status;
  }

  void StopUntil(Timestamp until) {
    std::lock_guard lock(mutex_);
    stopped_until_ = std::max(stopped_until_, until);
  }

  bool IsIdle(Timestamp now) {
    std::lock_guard lock(mutex_);
    return line_.empty() && stopped_until_ <= now &&
           std::all_of(windows_.begin(), windows_.end(),
                       [&](const SlidingWindow& window) { return window.IsIdle(now); });
  }

 private:
  struct Waiter {
    std::condition_variable turn;
  };

  absl::Status AwaitTurn(std::unique_lock<std::mutex>& lock, Waiter& self, const Clock& clock,
                         const Patience& patience) {
    while (true) {
      const Timestamp now = clock.Now();
      const auto ahead = std::find(line_.begin(), line_.end(), &self) - line_.begin();
      const Timestamp due = Due(now, ahead);
      if (ahead == 0 && due <= now) {
        for (SlidingWindow& window : windows_) window.Take(now);
        return absl::OkStatus();
      }
      if (due > patience.until) return Exhausted(due - now);
      if (patience.Gone()) return Cancelled();
      // Those behind the first are woken when they become it.
      const Timestamp::duration wait = ahead == 0 ? due - now : Timestamp::duration(kGlance);
      self.turn.wait_for(lock, std::min<Timestamp::duration>(wait, kGlance));
    }
  }

  Timestamp Due(Timestamp now, int64_t ahead) const {
    Timestamp due = std::max(now, stopped_until_);
    for (const SlidingWindow& window : windows_) due = std::max(due, window.Due(now, ahead));
    return due;
  }

  std::mutex mutex_;
  std::vector<SlidingWindow> windows_;
  Timestamp stopped_until_{};
  std::deque<Waiter*> line_;
};

QuotaBroker::QuotaBroker(const Clock& clock) : clock_(clock) {}
QuotaBroker::~QuotaBroker() = default;

absl::Status QuotaBroker::Acquire(const std::string& account, const QuotaPolicy& policy,
                                  const Patience& patience) {
  return BucketOf(account, policy)->Acquire(clock_, patience);
}

void QuotaBroker::StopUntil(const std::string& account, const QuotaPolicy& policy,
                            Timestamp until) {
  BucketOf(account, policy)->StopUntil(until);
}

std::shared_ptr<QuotaBroker::Bucket> QuotaBroker::BucketOf(const std::string& account,
                                                           const QuotaPolicy& policy) {
  std::lock_guard lock(mutex_);
  std::shared_ptr<Bucket>& bucket = buckets_[account];
  if (bucket) return bucket;
  bucket = std::make_shared<Bucket>(policy);
  const std::shared_ptr<Bucket> made = bucket;
  if (buckets_.size() > kManyBuckets) DropIdleBuckets();
  return made;
}

// One that has nothing to remember is as good as a new one.
void QuotaBroker::DropIdleBuckets() {
  const Timestamp now = clock_.Now();
  std::erase_if(buckets_, [&](const auto& entry) {
    return entry.second.use_count() == 1 && entry.second->IsIdle(now);
  });
}

}  // namespace callimport::adapter_gateway

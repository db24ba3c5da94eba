// The turn of every request to a vendor: counting, listing, look-ups and transcripts share the
// budgets that the vendor counts, and so do all replicas. Urgent requests go first; otherwise who
// comes first is served first. Who has to wait for what only his group of endpoints needs does not
// hold up the others, but goes before them once he may.
//
// A request spends tokens that this replica holds, and waits for the database only when there are
// none, once for all that wait. Tick() does the rest beside them.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/common/clock.h"
#include "services/adapter-gateway/domain/quota_policy.h"
#include "services/adapter-gateway/quota/patience.h"
#include "services/adapter-gateway/quota/quota_bucket.h"

namespace callimport::adapter_gateway {

class QuotaBroker {
 public:
  // Shares the budgets with nobody.
  explicit QuotaBroker(const Clock& clock);
  // `exchange` must outlive it.
  QuotaBroker(const Clock& clock, QuotaExchange& exchange);
  ~QuotaBroker();

  // A policy may change at any time, as long as its windows remain the same but for their limits.

  // Waits for the turn to send one request. RESOURCE_EXHAUSTED (QUOTA_EXHAUSTED), saying when the
  // turn would come, as soon as it is clear that it comes too late; CANCELLED when nobody waits.
  absl::Status Acquire(const std::string& account, const LivePolicy& policy,
                       const Patience& patience, const QuotaUse& use = {});

  // The vendor has refused a request of this account that was sent at `sent_at`, and has had
  // enough: nothing goes before `until`, and then a little less at once than before.
  void Refused(const std::string& account, const LivePolicy& policy, const std::string& group,
               Timestamp sent_at, Timestamp until);

  // Nothing of this account goes before `until`.
  void StopUntil(const std::string& account, const LivePolicy& policy, Timestamp until);

  // What the vendor says of a budget in its answers.
  void Heed(const std::string& account, const LivePolicy& policy, const VendorWord& word);

  // Settles with the other replicas what is due; to be run several times a second.
  absl::Status Tick();

  // Gives everything back.
  absl::Status Release();

  // A window of which the vendor lets less through than the catalog says.
  struct Measured {
    QuotaWindow window;
    // Of the account that has least, and how many have less than the catalog says.
    int64_t limit = 0;
    int accounts = 0;
  };
  // Those of a platform, as this process knows them: each of its windows once.
  std::vector<Measured> MeasuredOf(const std::string& platform);

  static constexpr std::chrono::milliseconds kTick{50};

 private:
  struct Waiter;
  struct Line;
  using Buckets = std::vector<std::shared_ptr<QuotaBucket>>;
  using Lock = std::unique_lock<std::mutex>;

  absl::Status AwaitTurn(Lock& lock, Line& line, Waiter& self, const LivePolicy& policy,
                         const Patience& patience);
  static Timestamp Earliest(const Line& line, const Waiter& self, Timestamp now);
  absl::Status Exchange(Lock& lock, const Buckets& buckets, bool release = false);
  void WakeFirsts();
  Waiting WaitingFor(const QuotaBucket& bucket) const;
  std::shared_ptr<Line> LineOf(const std::string& account, const LivePolicy& live);
  std::shared_ptr<QuotaBucket> BucketOf(const std::string& name, const QuotaPolicy& policy,
                                        QuotaScope scope);
  void DropIdle();

  const Clock& clock_;
  std::unique_ptr<QuotaExchange> own_;
  QuotaExchange& exchange_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Line>> lines_;
  std::map<std::string, std::shared_ptr<QuotaBucket>> buckets_;
};

// The windows of this scope.
std::vector<QuotaWindow> WindowsOf(const QuotaPolicy& policy, QuotaScope scope);

// What the vendor counts together with this account, in windows of this scope.
std::string BucketName(const std::string& account, QuotaScope scope);

}  // namespace callimport::adapter_gateway

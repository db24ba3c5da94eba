// The budgets of a process that shares them with nobody. For tests, and for what stands alone.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "libs/common/clock.h"
#include "services/adapter-gateway/domain/bucket_ledger.h"

namespace callimport::adapter_gateway {

class OwnLedger : public QuotaExchange {
 public:
  explicit OwnLedger(const Clock& clock, std::chrono::milliseconds lease = std::chrono::hours(48))
      : clock_(clock), lease_(lease) {}

  std::chrono::milliseconds lease() const override { return lease_; }
  absl::StatusOr<std::vector<BucketGrant>> Exchange(
      const std::vector<BucketClaim>& claims) override {
    std::lock_guard lock(mutex_);
    std::vector<BucketGrant> grants;
    grants.reserve(claims.size());
    for (const BucketClaim& claim : claims) {
      grants.push_back(Settle(buckets_[claim.bucket], "self", claim, clock_.Now(), lease_));
    }
    return grants;
  }

 private:
  const Clock& clock_;
  const std::chrono::milliseconds lease_;
  std::mutex mutex_;
  std::map<std::string, BucketState> buckets_;
};

}  // namespace callimport::adapter_gateway

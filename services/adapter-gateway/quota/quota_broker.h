// One budget per vendor account, shared by everything in this process that asks the vendor:
// counting, listing, look-ups and transcripts. Who comes first is served first.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "libs/common/clock.h"
#include "services/adapter-gateway/quota/patience.h"
#include "services/adapter-gateway/quota/quota_policy.h"

namespace callimport::adapter_gateway {

class QuotaBroker {
 public:
  explicit QuotaBroker(const Clock& clock);
  ~QuotaBroker();

  // Waits for the turn to send one request. RESOURCE_EXHAUSTED (QUOTA_EXHAUSTED), saying when the
  // turn would come, as soon as it is clear that it comes too late; CANCELLED when nobody waits.
  absl::Status Acquire(const std::string& account, const QuotaPolicy& policy,
                       const Patience& patience);

  // The vendor has had enough of this account: nothing goes before `until`.
  void StopUntil(const std::string& account, const QuotaPolicy& policy, Timestamp until);

 private:
  class Bucket;
  std::shared_ptr<Bucket> BucketOf(const std::string& account, const QuotaPolicy& policy);
  void DropIdleBuckets();

  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Bucket>> buckets_;
};

}  // namespace callimport::adapter_gateway

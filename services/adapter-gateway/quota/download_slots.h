// How many recordings of one account flow at once.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "services/adapter-gateway/quota/patience.h"

namespace callimport::adapter_gateway {

class DownloadSlots {
 public:
  explicit DownloadSlots(const Clock& clock) : clock_(clock) {}

  // Taken until it is destroyed.
  using Slot = std::shared_ptr<void>;

  // Waits for a slot; `limit` 0 means no limit. RESOURCE_EXHAUSTED (QUOTA_EXHAUSTED) when none
  // became free in time, CANCELLED when nobody waits any more.
  absl::StatusOr<Slot> Acquire(const std::string& account, int limit, const Patience& patience);

 private:
  void Release(const std::string& account);

  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable released_;
  std::map<std::string, int> in_use_;
};

}  // namespace callimport::adapter_gateway

#include "services/adapter-gateway/quota/download_slots.h"

#include "libs/common/errors.h"

namespace callimport::adapter_gateway {
namespace {

constexpr std::chrono::milliseconds kGlance{200};
constexpr std::chrono::milliseconds kRetryDelay{1000};

absl::Status AllTaken() {
  return WithRetryDelay(Error(absl::StatusCode::kResourceExhausted, "QUOTA_EXHAUSTED",
                              "as many recordings as the vendor allows are under way"),
                        kRetryDelay);
}

}  // namespace

absl::StatusOr<DownloadSlots::Slot> DownloadSlots::Acquire(const std::string& account, int limit,
                                                           const Patience& patience) {
  if (limit <= 0) return Slot();
  std::unique_lock lock(mutex_);
  while (in_use_[account] >= limit) {
    if (clock_.Now() >= patience.until) return AllTaken();
    if (patience.Gone()) {
      return Error(absl::StatusCode::kCancelled, "REQUEST_CANCELLED",
                   "nobody waits for the recording any more");
    }
    released_.wait_for(lock, kGlance);
  }
  ++in_use_[account];
  return Slot(this, [account](void* self) { static_cast<DownloadSlots*>(self)->Release(account); });
}

void DownloadSlots::Release(const std::string& account) {
  {
    std::lock_guard lock(mutex_);
    const auto used = in_use_.find(account);
    if (--used->second == 0) in_use_.erase(used);
  }
  released_.notify_all();
}

}  // namespace callimport::adapter_gateway

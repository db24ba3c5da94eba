#include "services/adapter-gateway/webhooks/subscription_book.h"

#include <utility>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"

namespace callimport::adapter_gateway {

bool SubscriptionBook::Count::Take(int64_t now, int limit) {
  if (second != now) *this = {.second = now, .count = 0};
  return ++count <= limit;
}

int64_t SubscriptionBook::Second() const {
  return std::chrono::duration_cast<std::chrono::seconds>(clock_.Now().time_since_epoch()).count();
}

absl::Status SubscriptionBook::Load() {
  ASSIGN_OR_RETURN(std::vector<WebhookSubscription> subscriptions, store_.ListSubscriptions(""));
  std::lock_guard lock(mutex_);
  for (WebhookSubscription& subscription : subscriptions) {
    known_.try_emplace(std::move(subscription.subscription_id),
                       Known{std::move(subscription.source), {}});
  }
  return absl::OkStatus();
}

// Subscriptions do not change whose they are, and are not deleted. Only look-ups in vain count
// against strangers.
absl::StatusOr<WebhookSource> SubscriptionBook::Find(const std::string& subscription_id) {
  if (!IsUuid(subscription_id)) {
    return Error(absl::StatusCode::kNotFound, "SUBSCRIPTION_NOT_FOUND", "there is none such");
  }
  {
    std::lock_guard lock(mutex_);
    const auto found = known_.find(subscription_id);
    if (found != known_.end()) return found->second.source;
    if (in_vain_.second == Second() && in_vain_.count >= kLookupsPerSecond) {
      return Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_LOOKUPS",
                   "too many unknown addresses are tried");
    }
  }
  auto subscription = store_.FindSubscription(subscription_id);
  std::lock_guard lock(mutex_);
  if (absl::IsNotFound(subscription.status())) in_vain_.Take(Second(), kLookupsPerSecond);
  RETURN_IF_ERROR(subscription.status());
  return known_.try_emplace(subscription_id, Known{std::move(subscription->source), {}})
      .first->second.source;
}

bool SubscriptionBook::Admit(const std::string& subscription_id, int per_second) {
  std::lock_guard lock(mutex_);
  const auto found = known_.find(subscription_id);
  return found != known_.end() && found->second.deliveries.Take(Second(), per_second);
}

void SubscriptionBook::MarkDelivered(const std::string& subscription_id) {
  std::lock_guard lock(mutex_);
  delivered_[subscription_id] = clock_.Now();
}

absl::Status SubscriptionBook::Save() {
  std::map<std::string, Timestamp> delivered;
  {
    std::lock_guard lock(mutex_);
    delivered.swap(delivered_);
  }
  return delivered.empty() ? absl::OkStatus() : store_.MarkDelivered(delivered);
}

}  // namespace callimport::adapter_gateway

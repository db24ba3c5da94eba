// The addresses that vendors send to, found in memory.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "services/adapter-gateway/storage/webhook_store.h"

namespace callimport::adapter_gateway {

class SubscriptionBook {
 public:
  // Strangers may try so many unknown addresses a second; after that, the database is not asked.
  static constexpr int kLookupsPerSecond = 50;

  SubscriptionBook(WebhookStore& store, const Clock& clock) : store_(store), clock_(clock) {}

  // Those that are there at the start: strangers who try addresses must not stand in their way.
  absl::Status Load();

  // NOT_FOUND (SUBSCRIPTION_NOT_FOUND), RESOURCE_EXHAUSTED (TOO_MANY_LOOKUPS), UNAVAILABLE.
  absl::StatusOr<WebhookSource> Find(const std::string& subscription_id);

  // Whether another delivery may be taken for it in this second.
  bool Admit(const std::string& subscription_id, int per_second);

  // What was delivered, told to the database by Save.
  void MarkDelivered(const std::string& subscription_id);
  absl::Status Save();

 private:
  struct Count {
    int64_t second = 0;
    int count = 0;
    bool Take(int64_t now, int limit);
  };
  struct Known {
    WebhookSource source;
    Count deliveries;
  };

  int64_t Second() const;

  WebhookStore& store_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Known> known_;
  Count in_vain_;
  std::map<std::string, Timestamp> delivered_;
};

}  // namespace callimport::adapter_gateway

// Everything that is remembered of webhooks. A method is one transaction, unless it says otherwise.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/audit/entry.h"
#include "libs/postgres/pool.h"
#include "services/adapter-gateway/domain/webhook.h"

namespace callimport::adapter_gateway {

// Who did something that is answered for.
struct WebhookActor {
  std::string name;
  std::string correlation_id;
};

class WebhookStore {
 public:
  explicit WebhookStore(postgres::Pool& pool) : pool_(pool) {}

  // All of them, or none. What was there already becomes a duplicate, and what comes while its
  // account is held is held; everything else that was accepted is announced. Returns what became
  // of each, in their order. Repeating it is safe: nothing is announced twice.
  absl::StatusOr<std::vector<WebhookReceipt>> StoreAll(
      const std::vector<IncomingWebhook>& webhooks);

  struct Announcement {
    int64_t revision = 0;
    // Empty: its log is gone already.
    std::string event;
  };
  // Together they have 4 MiB of events at most, unless there is but one. OUT_OF_RANGE
  // (REVISION_GONE).
  absl::StatusOr<std::vector<Announcement>> ReadAfter(int64_t revision, int limit);
  // Of all announcements; 0: there was none yet.
  absl::StatusOr<int64_t> NewestRevision();

  // Returns how many are held.
  absl::StatusOr<int64_t> Hold(const WebhookSource& account, const std::string& reason,
                               const WebhookActor& actor);
  // Announces what was held, in the order of arrival and in several transactions, before anything
  // that comes later. Returns how many.
  absl::StatusOr<int64_t> LetGo(const WebhookSource& account, const std::string& reason,
                                const WebhookActor& actor);
  // Goes on where LetGo was broken off.
  absl::Status FinishDrains();

  // FAILED_PRECONDITION (WEBHOOKS_HELD): what is held waits for the end of its hold, and what was
  // announced before must not overtake it.
  absl::StatusOr<int64_t> CountReplayable(const WebhookSelection& selection);
  // What is there when it begins, in the order of arrival, in several transactions. What comes or
  // is announced meanwhile is not announced again. WEBHOOKS_HELD, also when a hold begins
  // meanwhile.
  absl::StatusOr<int64_t> Replay(const WebhookSelection& selection, const WebhookActor& actor);

  // Newest first, behind `before`; empty: from the newest.
  absl::StatusOr<std::vector<WebhookReceipt>> List(const WebhookSelection& selection,
                                                   const std::string& before, int limit);

  struct Announced {
    WebhookSubscription subscription;
    std::set<std::string> call_ids;
  };
  // What the account's vendor has announced since then, of which at most `limit` calls. NOT_FOUND
  // (SUBSCRIPTION_NOT_FOUND): it was never told where to.
  absl::StatusOr<Announced> ListAnnounced(const std::string& workspace_id,
                                          const std::string& credential_id, Timestamp since,
                                          int limit);

  // The one that the account has, or this from now on.
  absl::StatusOr<WebhookSubscription> Subscribe(const WebhookSubscription& subscription,
                                                const WebhookActor& actor);
  // NOT_FOUND (SUBSCRIPTION_NOT_FOUND).
  absl::StatusOr<WebhookSubscription> FindSubscription(const std::string& subscription_id);
  absl::StatusOr<std::vector<WebhookSubscription>> ListSubscriptions(
      const std::string& workspace_id);
  absl::Status UpdateSubscription(const WebhookSubscription& subscription);
  absl::Status ForgetSubscription(const std::string& subscription_id);
  absl::Status MarkDelivered(const std::map<std::string, Timestamp>& times);

  // Forgets what is older, a part of it at a time.
  absl::Status Forget(Timestamp now, std::chrono::hours age);

 private:
  absl::StatusOr<int64_t> DrainSome(const WebhookSource& account, int limit);
  absl::StatusOr<int64_t> Drain(const WebhookSource& account);

  postgres::Pool& pool_;
};

}  // namespace callimport::adapter_gateway

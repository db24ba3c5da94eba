#include "services/adapter-gateway/storage/webhook_store.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/audit/audit_log.h"
#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/feed/feed_table.h"
#include "libs/postgres/transact.h"
#include "services/adapter-gateway/storage/webhook_holds_table.h"
#include "services/adapter-gateway/storage/webhook_keys_table.h"
#include "services/adapter-gateway/storage/webhook_logs_table.h"
#include "services/adapter-gateway/storage/webhook_subscriptions_table.h"

namespace callimport::adapter_gateway {
namespace {

// A chunk of a drain or a replay: others who store wait for it.
constexpr int kChunk = 1'000;
constexpr int kForgetChunk = 5'000;
// A message holds 16 MiB.
constexpr int64_t kMaxPageBytes = 4 << 20;

absl::Status NoSubscription() {
  return Error(absl::StatusCode::kNotFound, "SUBSCRIPTION_NOT_FOUND", "there is none such");
}

absl::Status AreHeld() {
  return Error(absl::StatusCode::kFailedPrecondition, "WEBHOOKS_HELD",
               "an account of these deliveries is held; let it go first, or leave it out");
}

HeldAccount AccountOf(const WebhookSource& source) {
  return {source.workspace_id, source.credential_id};
}

void Audit(pqxx::work& tx, const WebhookSource& source, const std::string& object,
           const std::string& action, const WebhookActor& actor, const std::string& detail) {
  audit::AuditLog(audit::AuditTable{})
      .Append(tx, {{.workspace_id = source.workspace_id,
                    .object_id = object,
                    .action = action,
                    .actor = actor.name,
                    .correlation_id = actor.correlation_id,
                    .detail = detail}});
}

// Gives the ids the next revisions of the feed; returns the first.
int64_t Announce(pqxx::work& tx, const std::vector<std::string>& webhook_ids) {
  std::vector<feed::Entry> entries;
  for (const std::string& id : webhook_ids) entries.push_back({.subject = id, .body = ""});
  const int64_t last = feed::FeedTable("webhook_feed").Append(tx, entries);
  return last - static_cast<int64_t>(entries.size()) + 1;
}

// What was there already, or comes twice in this batch.
void FindDuplicates(pqxx::work& tx, std::vector<IncomingWebhook>& webhooks) {
  std::vector<std::vector<WebhookKey>> keys(webhooks.size());
  std::set<std::string> all;
  for (size_t i = 0; i < webhooks.size(); ++i) {
    if (!webhooks[i].IsAnnounced()) continue;
    keys[i] = KeysOf(webhooks[i]);
    for (const WebhookKey& key : keys[i]) all.insert(key.key);
  }
  if (all.empty()) return;
  std::set<std::string> fresh = AddKeys(tx, all);
  for (size_t i = 0; i < webhooks.size(); ++i) {
    for (const WebhookKey& key : keys[i]) {
      // Whoever comes first takes it away from those behind.
      if (fresh.erase(key.key) > 0 || !webhooks[i].IsAnnounced()) continue;
      webhooks[i].receipt.verdict = WebhookVerdict::kDuplicate;
      webhooks[i].receipt.note = key.meaning;
    }
  }
}

void FindHeld(pqxx::work& tx, std::vector<IncomingWebhook>& webhooks) {
  std::set<HeldAccount> accounts;
  for (const IncomingWebhook& webhook : webhooks) {
    if (webhook.IsAnnounced()) accounts.insert(AccountOf(webhook.receipt.source));
  }
  if (accounts.empty()) return;
  const std::set<HeldAccount> held = ShareHolds(tx, accounts);
  for (IncomingWebhook& webhook : webhooks) {
    if (webhook.IsAnnounced() && held.contains(AccountOf(webhook.receipt.source))) {
      webhook.receipt.verdict = WebhookVerdict::kHeld;
    }
  }
}

void AnnounceAccepted(pqxx::work& tx, std::vector<IncomingWebhook>& webhooks) {
  std::vector<std::string> ids;
  for (const IncomingWebhook& webhook : webhooks) {
    if (webhook.IsAnnounced()) ids.push_back(webhook.receipt.webhook_id);
  }
  if (ids.empty()) return;
  int64_t revision = Announce(tx, ids);
  for (IncomingWebhook& webhook : webhooks) {
    if (webhook.IsAnnounced()) webhook.receipt.revision = revision++;
  }
}

}  // namespace

absl::StatusOr<std::vector<WebhookReceipt>> WebhookStore::StoreAll(
    const std::vector<IncomingWebhook>& webhooks) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    // Commits wait for the disk whatever the server's setting is: a vendor does not send again
    // what was answered.
    tx.exec("SET LOCAL synchronous_commit = on");
    std::vector<IncomingWebhook> stored = webhooks;
    FindDuplicates(tx, stored);
    FindHeld(tx, stored);
    AnnounceAccepted(tx, stored);
    InsertWebhooks(tx, stored);
    std::vector<WebhookReceipt> receipts;
    for (IncomingWebhook& webhook : stored) receipts.push_back(std::move(webhook.receipt));
    return receipts;
  });
}

absl::StatusOr<std::vector<WebhookStore::Announcement>> WebhookStore::ReadAfter(int64_t revision,
                                                                                int limit) {
  using Result = absl::StatusOr<std::vector<Announcement>>;
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> Result {
    const feed::FeedTable feed("webhook_feed");
    if (!feed.Reaches(tx, revision)) {
      return Error(absl::StatusCode::kOutOfRange, "REVISION_GONE",
                   "the announcements after this revision are not all there any more");
    }
    const std::vector<feed::Entry> entries = feed.ReadAfter(tx, revision, limit);
    std::vector<Announcement> announcements;
    if (entries.empty()) return announcements;
    std::vector<std::string> ids;
    for (const feed::Entry& entry : entries) ids.push_back(entry.subject);
    std::vector<std::string> events = ReadEvents(tx, ids, kMaxPageBytes);
    announcements.reserve(events.size());
    for (size_t i = 0; i < events.size(); ++i) {
      announcements.push_back({entries[i].revision, std::move(events[i])});
    }
    return announcements;
  });
}

absl::StatusOr<int64_t> WebhookStore::NewestRevision() {
  return postgres::Transact(
      pool_, [](pqxx::work& tx) { return feed::FeedTable("webhook_feed").NewestRevision(tx); });
}

absl::StatusOr<int64_t> WebhookStore::Hold(const WebhookSource& account, const std::string& reason,
                                           const WebhookActor& actor) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    BeginHold(tx, AccountOf(account), reason);
    Audit(tx, account, account.credential_id, "hold_webhooks", actor, reason);
    return CountHeld(tx, AccountOf(account));
  });
}

absl::StatusOr<int64_t> WebhookStore::LetGo(const WebhookSource& account, const std::string& reason,
                                            const WebhookActor& actor) {
  RETURN_IF_ERROR(postgres::Transact(pool_, [&](pqxx::work& tx) {
    BeginDrain(tx, AccountOf(account));
    Audit(tx, account, account.credential_id, "let_go_webhooks", actor, reason);
  }));
  return Drain(account);
}

absl::StatusOr<int64_t> WebhookStore::DrainSome(const WebhookSource& account, int limit) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> int64_t {
    if (!LockForDrain(tx, AccountOf(account))) return 0;
    const std::vector<std::string> ids = ListHeld(tx, AccountOf(account), limit);
    // Nobody adds one before this transaction ends, so these are the last.
    if (static_cast<int>(ids.size()) < limit) EndHold(tx, AccountOf(account));
    if (!ids.empty()) MarkAnnounced(tx, ids, Announce(tx, ids));
    return static_cast<int64_t>(ids.size());
  });
}

absl::StatusOr<int64_t> WebhookStore::Drain(const WebhookSource& account) {
  int64_t drained = 0;
  while (true) {
    ASSIGN_OR_RETURN(const int64_t some, DrainSome(account, kChunk));
    drained += some;
    if (some < kChunk) return drained;
  }
}

absl::Status WebhookStore::FinishDrains() {
  ASSIGN_OR_RETURN(const std::vector<HeldAccount> draining,
                   postgres::Transact(pool_, [](pqxx::work& tx) { return ListDraining(tx); }));
  for (const auto& [workspace, credential] : draining) {
    RETURN_IF_ERROR(
        Drain({.workspace_id = workspace, .credential_id = credential, .platform = ""}).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> WebhookStore::CountReplayable(const WebhookSelection& selection) {
  ASSIGN_OR_RETURN(const ReplayPlan plan, postgres::Transact(pool_, [&](pqxx::work& tx) {
                     return PlanReplay(tx, selection);
                   }));
  if (plan.is_held) return AreHeld();
  return plan.deliveries;
}

absl::StatusOr<int64_t> WebhookStore::Replay(const WebhookSelection& selection,
                                             const WebhookActor& actor) {
  const auto begin = [&](pqxx::work& tx) -> absl::StatusOr<ReplayPlan> {
    ReplayPlan plan = PlanReplay(tx, selection);
    if (plan.is_held) return AreHeld();
    Audit(tx, selection.source, selection.source.credential_id, "replay_webhooks", actor,
          absl::StrCat(plan.deliveries, " deliveries"));
    return plan;
  };
  ASSIGN_OR_RETURN(const ReplayPlan plan, postgres::Transact(pool_, begin));
  int64_t replayed = 0;
  std::string after;
  while (true) {
    const auto go_on = [&](pqxx::work& tx) -> absl::StatusOr<std::vector<std::string>> {
      ReplayChunk chunk = ListReplayable(tx, selection, plan, after, kChunk);
      if (chunk.is_held) return AreHeld();
      const auto& ids = chunk.webhook_ids;
      if (!ids.empty()) MarkAnnounced(tx, ids, Announce(tx, ids));
      return std::move(chunk.webhook_ids);
    };
    ASSIGN_OR_RETURN(const std::vector<std::string> ids, postgres::Transact(pool_, go_on));
    replayed += static_cast<int64_t>(ids.size());
    if (static_cast<int>(ids.size()) < kChunk) return replayed;
    after = ids.back();
  }
}

absl::StatusOr<std::vector<WebhookReceipt>> WebhookStore::List(const WebhookSelection& selection,
                                                               const std::string& before,
                                                               int limit) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { return ListReceipts(tx, selection, before, limit); });
}

absl::StatusOr<WebhookStore::Announced> WebhookStore::ListAnnounced(
    const std::string& workspace_id, const std::string& credential_id, Timestamp since, int limit) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Announced> {
    auto subscription = FindSubscriptionOf(tx, workspace_id, credential_id);
    if (!subscription) return NoSubscription();
    return Announced{*std::move(subscription),
                     ListAnnouncedCalls(tx, {workspace_id, credential_id}, since, limit)};
  });
}

absl::StatusOr<WebhookSubscription> WebhookStore::Subscribe(const WebhookSubscription& subscription,
                                                            const WebhookActor& actor) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    WebhookSubscription made = InsertSubscription(tx, subscription);
    Audit(tx, made.source, made.subscription_id, "subscribe_webhooks", actor, "");
    return made;
  });
}

absl::StatusOr<WebhookSubscription> WebhookStore::FindSubscription(
    const std::string& subscription_id) {
  ASSIGN_OR_RETURN(const auto found, postgres::Transact(pool_, [&](pqxx::work& tx) {
                     return adapter_gateway::FindSubscription(tx, subscription_id);
                   }));
  if (found) return *found;
  return NoSubscription();
}

absl::StatusOr<std::vector<WebhookSubscription>> WebhookStore::ListSubscriptions(
    const std::string& workspace_id) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { return adapter_gateway::ListSubscriptions(tx, workspace_id); });
}

absl::Status WebhookStore::UpdateSubscription(const WebhookSubscription& subscription) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { adapter_gateway::UpdateSubscription(tx, subscription); });
}

absl::Status WebhookStore::ForgetSubscription(const std::string& subscription_id) {
  return postgres::Transact(pool_,
                            [&](pqxx::work& tx) { DeleteSubscription(tx, subscription_id); });
}

absl::Status WebhookStore::MarkDelivered(const std::map<std::string, Timestamp>& times) {
  return postgres::Transact(pool_,
                            [&](pqxx::work& tx) { adapter_gateway::MarkDelivered(tx, times); });
}

absl::Status WebhookStore::Forget(Timestamp now, std::chrono::hours age) {
  RETURN_IF_ERROR(postgres::Transact(pool_, [&](pqxx::work& tx) {
                    return feed::FeedTable("webhook_feed").DeleteOlderThan(tx, age);
                  }).status());
  // There may be millions: whoever stores deliveries meanwhile waits for none of it.
  const auto all = [&](auto forget_chunk) -> absl::Status {
    for (int64_t gone = kForgetChunk; gone == kForgetChunk;) {
      ASSIGN_OR_RETURN(gone, postgres::Transact(pool_, forget_chunk));
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(all([&](pqxx::work& tx) { return ForgetKeys(tx, age, kForgetChunk); }));
  return all([&](pqxx::work& tx) { return ForgetWebhooks(tx, now - age, kForgetChunk); });
}

}  // namespace callimport::adapter_gateway

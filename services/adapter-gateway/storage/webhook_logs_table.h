// The SQL of webhook_logs. Every function joins the caller's transaction.
#pragma once

#include <pqxx/pqxx>
#include <set>
#include <string>
#include <vector>

#include "services/adapter-gateway/domain/webhook.h"
#include "services/adapter-gateway/storage/webhook_holds_table.h"

namespace callimport::adapter_gateway {

void InsertWebhooks(pqxx::work& tx, const std::vector<IncomingWebhook>& webhooks);

int64_t CountHeld(pqxx::work& tx, const HeldAccount& account);
// In the order of arrival.
std::vector<std::string> ListHeld(pqxx::work& tx, const HeldAccount& account, int limit);

// They were announced, the first as `first_revision`; those that were held are accepted.
void MarkAnnounced(pqxx::work& tx, const std::vector<std::string>& webhook_ids,
                   int64_t first_revision);

// The serialized events of the first of them, empty where the log is gone: as many as have
// `max_bytes` together, but one at least.
std::vector<std::string> ReadEvents(pqxx::work& tx, const std::vector<std::string>& webhook_ids,
                                    int64_t max_bytes);

// What can be announced again at one moment: that has an event and is not held.
struct ReplayPlan {
  int64_t deliveries = 0;
  // An account of theirs is held.
  bool is_held = false;
  // What comes later has a higher id or a higher revision.
  std::string last_id = {};
  int64_t newest_revision = 0;
};
ReplayPlan PlanReplay(pqxx::work& tx, const WebhookSelection& selection);

struct ReplayChunk {
  std::vector<std::string> webhook_ids = {};
  bool is_held = false;
};
// Of the plan, in the order of arrival, behind `after`; empty: from the first.
ReplayChunk ListReplayable(pqxx::work& tx, const WebhookSelection& selection,
                           const ReplayPlan& plan, const std::string& after, int limit);

// Newest first, behind `before`; empty: from the newest.
std::vector<WebhookReceipt> ListReceipts(pqxx::work& tx, const WebhookSelection& selection,
                                         const std::string& before, int limit);

// The calls that the account's vendor has announced since then, of which at most `limit`.
std::set<std::string> ListAnnouncedCalls(pqxx::work& tx, const HeldAccount& account,
                                         Timestamp since, int limit);

// Those that came before that moment, whatever became of them; but not what is held. Returns how
// many, at most `limit`.
int64_t ForgetWebhooks(pqxx::work& tx, Timestamp before, int limit);

}  // namespace callimport::adapter_gateway

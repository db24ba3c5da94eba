// The SQL of webhook_logs. Every function joins the caller's transaction.
#pragma once

#include <map>
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

// The serialized events by webhook_id.
std::map<std::string, std::string> ReadEvents(pqxx::work& tx,
                                              const std::vector<std::string>& webhook_ids);

// What can be announced again: that has an event and is not held.
int64_t CountReplayable(pqxx::work& tx, const WebhookSelection& selection);
// In the order of arrival, behind `after`; empty: from the first.
std::vector<std::string> ListReplayable(pqxx::work& tx, const WebhookSelection& selection,
                                        const std::string& after, int limit);

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

// The SQL of webhook_subscriptions. Every function joins the caller's transaction.
#pragma once

#include <map>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "services/adapter-gateway/domain/webhook.h"

namespace callimport::adapter_gateway {

// The account's one: that which is there already, or this.
WebhookSubscription InsertSubscription(pqxx::work& tx, const WebhookSubscription& subscription);

std::optional<WebhookSubscription> FindSubscription(pqxx::work& tx,
                                                    const std::string& subscription_id);

std::optional<WebhookSubscription> FindSubscriptionOf(pqxx::work& tx,
                                                      const std::string& workspace_id,
                                                      const std::string& credential_id);

// Of one workspace; empty: of all.
std::vector<WebhookSubscription> ListSubscriptions(pqxx::work& tx, const std::string& workspace_id);

// State, vendor's ids and times, but not that of the last delivery.
void UpdateSubscription(pqxx::work& tx, const WebhookSubscription& subscription);

// Nothing that comes to its address is its account's any more.
void DeleteSubscription(pqxx::work& tx, const std::string& subscription_id);

void MarkDelivered(pqxx::work& tx, const std::map<std::string, Timestamp>& times);

}  // namespace callimport::adapter_gateway

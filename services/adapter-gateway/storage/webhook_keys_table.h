// The SQL of webhook_keys: what makes a delivery the same as an earlier one. Every function joins
// the caller's transaction.
#pragma once

#include <pqxx/pqxx>
#include <set>
#include <string>
#include <vector>

#include "services/adapter-gateway/domain/webhook.h"

namespace callimport::adapter_gateway {

struct WebhookKey {
  // A digest in the form of a UUID.
  std::string key;
  // For people: "the same delivery".
  const char* meaning;
};

// Of its delivery id, its body and its event, each with its account.
std::vector<WebhookKey> KeysOf(const IncomingWebhook& webhook);

// Adds them, and returns those that were not there. Waits for whoever adds one of them right now.
std::set<std::string> AddKeys(pqxx::work& tx, const std::set<std::string>& keys);

// At most `limit` of those that are older. Returns how many.
int64_t ForgetKeys(pqxx::work& tx, std::chrono::hours age, int limit);

}  // namespace callimport::adapter_gateway

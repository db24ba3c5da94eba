#include "services/adapter-gateway/storage/webhook_keys_table.h"

#include "libs/crypto/digest.h"
#include "libs/postgres/values.h"

namespace callimport::adapter_gateway {
namespace {

// In order, so that two batches never wait for each other.
constexpr char kAdd[] = R"(
  INSERT INTO webhook_keys (key)
  SELECT key FROM unnest($1::uuid[]) WITH ORDINALITY AS added (key, place) ORDER BY place
  ON CONFLICT DO NOTHING
  RETURNING key)";

constexpr char kForget[] = R"(
  DELETE FROM webhook_keys WHERE ctid = ANY (ARRAY (
    SELECT ctid FROM webhook_keys WHERE seen_at < now() - $1 * interval '1 hour' LIMIT $2)))";

std::string KeyOf(const WebhookSource& source, char kind, const std::string& text) {
  const std::string digest = crypto::ToHex(crypto::Sha256(
      source.workspace_id + '\0' + source.credential_id + '\0' + kind + '\0' + text));
  return digest.substr(0, 8) + "-" + digest.substr(8, 4) + "-" + digest.substr(12, 4) + "-" +
         digest.substr(16, 4) + "-" + digest.substr(20, 12);
}

}  // namespace

std::vector<WebhookKey> KeysOf(const IncomingWebhook& webhook) {
  const WebhookReceipt& receipt = webhook.receipt;
  std::vector<WebhookKey> keys;
  if (!receipt.delivery_id.empty()) {
    keys.push_back({KeyOf(receipt.source, 'd', receipt.delivery_id), "the same delivery"});
  }
  keys.push_back({KeyOf(receipt.source, 'b', receipt.body_sha256), "the same body"});
  if (!webhook.business_key.empty()) {
    keys.push_back({KeyOf(receipt.source, 'e', webhook.business_key), "the same event"});
  }
  return keys;
}

std::set<std::string> AddKeys(pqxx::work& tx, const std::set<std::string>& keys) {
  std::set<std::string> added;
  const std::vector<std::string> sorted(keys.begin(), keys.end());
  tx.conn().prepare("add_webhook_keys", kAdd);
  for (const pqxx::row& row : tx.exec_prepared("add_webhook_keys", postgres::ToArray(sorted))) {
    added.insert(row[0].as<std::string>());
  }
  return added;
}

int64_t ForgetKeys(pqxx::work& tx, std::chrono::hours age, int limit) {
  return static_cast<int64_t>(tx.exec_params(kForget, age.count(), limit).affected_rows());
}

}  // namespace callimport::adapter_gateway

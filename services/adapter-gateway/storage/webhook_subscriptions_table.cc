#include "services/adapter-gateway/storage/webhook_subscriptions_table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/postgres/values.h"

namespace callimport::adapter_gateway {
namespace {

constexpr char kColumns[] =
    "subscription_id, workspace_id, credential_id, platform, state,"
    " array_to_string(vendor_ids, ' ') AS vendor_ids, expires_at, covered_until, last_delivery_at,"
    " created_at";

// Touching the row that is there makes it come back.
constexpr char kInsert[] = R"(
  INSERT INTO webhook_subscriptions (subscription_id, workspace_id, credential_id, platform, state)
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (workspace_id, credential_id) DO UPDATE SET state = webhook_subscriptions.state
  RETURNING )";

constexpr char kFind[] = " FROM webhook_subscriptions WHERE subscription_id = $1";

constexpr char kFindOf[] =
    " FROM webhook_subscriptions WHERE workspace_id = $1 AND credential_id = $2";

constexpr char kList[] = R"(
  FROM webhook_subscriptions WHERE $1 = '' OR workspace_id = $1 ORDER BY subscription_id)";

constexpr char kUpdate[] = R"(
  UPDATE webhook_subscriptions
  SET state = $2, vendor_ids = $3::text[], expires_at = $4, covered_until = $5
  WHERE subscription_id = $1)";

constexpr char kDelete[] = "DELETE FROM webhook_subscriptions WHERE subscription_id = $1";

constexpr char kDelivered[] = R"(
  UPDATE webhook_subscriptions AS subscription
  SET last_delivery_at = greatest(subscription.last_delivery_at, delivered.at)
  FROM unnest($1::uuid[], $2::timestamptz[]) AS delivered (subscription_id, at)
  WHERE subscription.subscription_id = delivered.subscription_id)";

std::vector<std::string> Words(const std::string& text) {
  std::vector<std::string> words;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

WebhookSubscription ToSubscription(const pqxx::row& row) {
  return {.subscription_id = row["subscription_id"].as<std::string>(),
          .source = {.workspace_id = row["workspace_id"].as<std::string>(),
                     .credential_id = row["credential_id"].as<std::string>(),
                     .platform = row["platform"].as<std::string>()},
          .state = static_cast<SubscriptionState>(row["state"].as<int>()),
          .vendor_ids = Words(row["vendor_ids"].as<std::string>()),
          .expires_at = postgres::NullableTime(row["expires_at"]),
          .covered_until = postgres::NullableTime(row["covered_until"]),
          .last_delivery_at = postgres::NullableTime(row["last_delivery_at"]),
          .created_at = postgres::TimeFromSql(row["created_at"])};
}

}  // namespace

WebhookSubscription InsertSubscription(pqxx::work& tx, const WebhookSubscription& subscription) {
  return ToSubscription(
      tx.exec_params1(std::string(kInsert) + kColumns, subscription.subscription_id,
                      subscription.source.workspace_id, subscription.source.credential_id,
                      subscription.source.platform, static_cast<int>(subscription.state)));
}

std::optional<WebhookSubscription> FindSubscription(pqxx::work& tx,
                                                    const std::string& subscription_id) {
  const pqxx::result rows =
      tx.exec_params(std::string("SELECT ") + kColumns + kFind, subscription_id);
  if (rows.empty()) return std::nullopt;
  return ToSubscription(rows[0]);
}

std::optional<WebhookSubscription> FindSubscriptionOf(pqxx::work& tx,
                                                      const std::string& workspace_id,
                                                      const std::string& credential_id) {
  const pqxx::result rows =
      tx.exec_params(absl::StrCat("SELECT ", kColumns, kFindOf), workspace_id, credential_id);
  if (rows.empty()) return std::nullopt;
  return ToSubscription(rows[0]);
}

std::vector<WebhookSubscription> ListSubscriptions(pqxx::work& tx,
                                                   const std::string& workspace_id) {
  std::vector<WebhookSubscription> subscriptions;
  for (const pqxx::row& row :
       tx.exec_params(std::string("SELECT ") + kColumns + kList, workspace_id)) {
    subscriptions.push_back(ToSubscription(row));
  }
  return subscriptions;
}

void UpdateSubscription(pqxx::work& tx, const WebhookSubscription& subscription) {
  tx.exec_params(kUpdate, subscription.subscription_id, static_cast<int>(subscription.state),
                 postgres::ToArray(subscription.vendor_ids),
                 postgres::ToSql(subscription.expires_at),
                 postgres::ToSql(subscription.covered_until));
}

void DeleteSubscription(pqxx::work& tx, const std::string& subscription_id) {
  tx.exec_params(kDelete, subscription_id);
}

void MarkDelivered(pqxx::work& tx, const std::map<std::string, Timestamp>& times) {
  std::vector<std::string> ids;
  std::vector<std::string> moments;
  for (const auto& [id, time] : times) {
    ids.push_back(id);
    moments.push_back(postgres::ToSql(time));
  }
  tx.exec_params(kDelivered, postgres::ToArray(ids), postgres::ToArray(moments));
}

}  // namespace callimport::adapter_gateway

#include "services/adapter-gateway/storage/webhook_holds_table.h"

#include "libs/postgres/values.h"

namespace callimport::adapter_gateway {
namespace {

constexpr char kShare[] = R"(
  SELECT hold.workspace_id, hold.credential_id
  FROM webhook_holds AS hold
  JOIN unnest($1::text[], $2::text[]) AS asked (workspace_id, credential_id)
    USING (workspace_id, credential_id)
  ORDER BY hold.workspace_id, hold.credential_id
  FOR SHARE OF hold)";

constexpr char kBegin[] = R"(
  INSERT INTO webhook_holds (workspace_id, credential_id, reason) VALUES ($1, $2, $3)
  ON CONFLICT (workspace_id, credential_id) DO UPDATE
  SET reason = excluded.reason, draining = false)";

constexpr char kDrain[] = R"(
  UPDATE webhook_holds SET draining = true WHERE workspace_id = $1 AND credential_id = $2)";

constexpr char kLock[] = R"(
  SELECT draining FROM webhook_holds WHERE workspace_id = $1 AND credential_id = $2 FOR UPDATE)";

constexpr char kEnd[] = R"(
  DELETE FROM webhook_holds WHERE workspace_id = $1 AND credential_id = $2)";

constexpr char kListDraining[] = R"(
  SELECT workspace_id, credential_id FROM webhook_holds WHERE draining
  ORDER BY workspace_id, credential_id)";

HeldAccount ToAccount(const pqxx::row& row) {
  return {row["workspace_id"].as<std::string>(), row["credential_id"].as<std::string>()};
}

}  // namespace

std::set<HeldAccount> ShareHolds(pqxx::work& tx, const std::set<HeldAccount>& accounts) {
  std::vector<std::string> workspaces;
  std::vector<std::string> credentials;
  for (const auto& [workspace, credential] : accounts) {
    workspaces.push_back(workspace);
    credentials.push_back(credential);
  }
  std::set<HeldAccount> held;
  for (const pqxx::row& row :
       tx.exec_params(kShare, postgres::ToArray(workspaces), postgres::ToArray(credentials))) {
    held.insert(ToAccount(row));
  }
  return held;
}

void BeginHold(pqxx::work& tx, const HeldAccount& account, const std::string& reason) {
  tx.exec_params(kBegin, account.first, account.second, reason);
}

void BeginDrain(pqxx::work& tx, const HeldAccount& account) {
  tx.exec_params(kDrain, account.first, account.second);
}

bool LockForDrain(pqxx::work& tx, const HeldAccount& account) {
  const pqxx::result rows = tx.exec_params(kLock, account.first, account.second);
  return !rows.empty() && rows[0][0].as<bool>();
}

void EndHold(pqxx::work& tx, const HeldAccount& account) {
  tx.exec_params(kEnd, account.first, account.second);
}

std::vector<HeldAccount> ListDraining(pqxx::work& tx) {
  std::vector<HeldAccount> draining;
  for (const pqxx::row& row : tx.exec(kListDraining)) draining.push_back(ToAccount(row));
  return draining;
}

}  // namespace callimport::adapter_gateway

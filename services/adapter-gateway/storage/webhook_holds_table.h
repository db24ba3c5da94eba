// The SQL of webhook_holds. Every function joins the caller's transaction.
#pragma once

#include <pqxx/pqxx>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "services/adapter-gateway/domain/webhook.h"

namespace callimport::adapter_gateway {

// Workspace and credential.
using HeldAccount = std::pair<std::string, std::string>;

// Those of the accounts that are held; they stay so until the transaction ends.
std::set<HeldAccount> ShareHolds(pqxx::work& tx, const std::set<HeldAccount>& accounts);

// A hold that is being ended goes on.
void BeginHold(pqxx::work& tx, const HeldAccount& account, const std::string& reason);
void BeginDrain(pqxx::work& tx, const HeldAccount& account);

// Whether it is to be drained; nobody else stores or drains until the transaction ends.
bool LockForDrain(pqxx::work& tx, const HeldAccount& account);
void EndHold(pqxx::work& tx, const HeldAccount& account);

std::vector<HeldAccount> ListDraining(pqxx::work& tx);

}  // namespace callimport::adapter_gateway

// The SQL of breakers. Every function joins the caller's transaction.
#pragma once

#include <chrono>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "services/adapter-gateway/domain/breaker_notice.h"

namespace callimport::adapter_gateway {

void SaveBreaker(pqxx::work& tx, const BreakerNotice& notice);

// Those of an account that are not closed, and of which somebody was heard lately.
std::vector<BreakerNotice> ListBreakers(pqxx::work& tx, const std::string& account);

// Whoever opened them is not heard of any more.
void ForgetBreakers(pqxx::work& tx);

}  // namespace callimport::adapter_gateway

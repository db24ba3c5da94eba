// The SQL of quotes. Every function joins the caller's transaction.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "services/job-scheduler/domain/quote.h"

namespace callimport::job_scheduler {

void InsertQuote(pqxx::work& tx, const Quote& quote);

std::optional<Quote> FindQuote(pqxx::work& tx, const std::string& workspace_id,
                               const std::string& quote_id);

// The same, and nobody else uses it until the end of the transaction.
std::optional<Quote> LockQuote(pqxx::work& tx, const std::string& workspace_id,
                               const std::string& quote_id);

void MarkUsed(pqxx::work& tx, const std::string& quote_id, const std::string& job_id);

// Those that expired before, at most `limit`. Returns how many.
int64_t DeleteQuotes(pqxx::work& tx, Timestamp expired_before, int limit);

}  // namespace callimport::job_scheduler

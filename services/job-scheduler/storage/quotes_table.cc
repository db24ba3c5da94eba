#include "services/job-scheduler/storage/quotes_table.h"

#include "libs/postgres/values.h"
#include "services/job-scheduler/storage/attributes_json.h"

namespace callimport::job_scheduler {
namespace {

using postgres::TimeFromSql;
using postgres::ToSql;

constexpr char kInsert[] = R"sql(
  INSERT INTO quotes (quote_id, workspace_id, credential_id, platform, range_start, range_end,
                      filter_attributes, calls, exactness, cost_per_call_cents, free_calls,
                      billable_calls, finish_earliest, finish_latest, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15))sql";

constexpr char kFind[] = R"sql(
  SELECT quote_id, workspace_id, credential_id, platform, range_start, range_end, filter_attributes,
         calls, exactness, cost_per_call_cents, free_calls, billable_calls, finish_earliest,
         finish_latest, expires_at, job_id
  FROM quotes WHERE workspace_id = $1 AND quote_id = $2)sql";

constexpr char kLock[] = " FOR UPDATE";

constexpr char kMarkUsed[] = "UPDATE quotes SET job_id = $2 WHERE quote_id = $1";

constexpr char kDelete[] = R"sql(
  DELETE FROM quotes WHERE quote_id = ANY (ARRAY (
    SELECT quote_id FROM quotes WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)))sql";

std::optional<Quote> QuoteFrom(const pqxx::result& found) {
  if (found.empty()) return std::nullopt;
  const pqxx::row row = found[0];
  Quote quote;
  quote.quote_id = row["quote_id"].as<std::string>();
  quote.workspace_id = row["workspace_id"].as<std::string>();
  quote.credential_id = row["credential_id"].as<std::string>();
  quote.platform = row["platform"].as<std::string>();
  quote.window = {TimeFromSql(row["range_start"]), TimeFromSql(row["range_end"])};
  quote.attributes = AttributesFromJson(row["filter_attributes"].as<std::string>());
  quote.calls = row["calls"].as<int64_t>();
  quote.exactness = static_cast<common::v1::Exactness>(row["exactness"].as<int>());
  quote.cost_per_call_cents = postgres::Nullable<int32_t>(row["cost_per_call_cents"]);
  quote.price.free_calls = row["free_calls"].as<int64_t>();
  quote.price.billable_calls = row["billable_calls"].as<int64_t>();
  quote.price.total_cents =
      CostOf(quote.price.billable_calls, quote.cost_per_call_cents.value_or(0));
  quote.finish_earliest = TimeFromSql(row["finish_earliest"]);
  quote.finish_latest = TimeFromSql(row["finish_latest"]);
  quote.expires_at = TimeFromSql(row["expires_at"]);
  quote.job_id = postgres::Nullable<std::string>(row["job_id"]).value_or("");
  return quote;
}

}  // namespace

void InsertQuote(pqxx::work& tx, const Quote& quote) {
  tx.exec_params(kInsert, quote.quote_id, quote.workspace_id, quote.credential_id, quote.platform,
                 ToSql(quote.window.start), ToSql(quote.window.end),
                 AttributesToJson(quote.attributes), quote.calls, int{quote.exactness},
                 quote.cost_per_call_cents, quote.price.free_calls, quote.price.billable_calls,
                 ToSql(quote.finish_earliest), ToSql(quote.finish_latest), ToSql(quote.expires_at));
}

std::optional<Quote> FindQuote(pqxx::work& tx, const std::string& workspace_id,
                               const std::string& quote_id) {
  return QuoteFrom(tx.exec_params(kFind, workspace_id, quote_id));
}

std::optional<Quote> LockQuote(pqxx::work& tx, const std::string& workspace_id,
                               const std::string& quote_id) {
  return QuoteFrom(tx.exec_params(std::string(kFind) + kLock, workspace_id, quote_id));
}

void MarkUsed(pqxx::work& tx, const std::string& quote_id, const std::string& job_id) {
  tx.exec_params(kMarkUsed, quote_id, job_id);
}

int64_t DeleteQuotes(pqxx::work& tx, Timestamp expired_before, int limit) {
  return static_cast<int64_t>(
      tx.exec_params(kDelete, ToSql(expired_before), limit).affected_rows());
}

}  // namespace callimport::job_scheduler

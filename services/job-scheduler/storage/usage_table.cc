#include "services/job-scheduler/storage/usage_table.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kFind[] = R"sql(
  SELECT free_calls, billed_calls, billed_cents FROM usage_months
  WHERE workspace_id = $1 AND month = $2)sql";

// The update changes nothing: it locks a row that is there.
constexpr char kLock[] = R"sql(
  INSERT INTO usage_months (workspace_id, month) VALUES ($1, $2)
  ON CONFLICT (workspace_id, month) DO UPDATE SET month = excluded.month
  RETURNING free_calls, billed_calls, billed_cents)sql";

constexpr char kAdd[] = R"sql(
  INSERT INTO usage_months AS kept (workspace_id, month, free_calls, billed_calls, billed_cents)
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (workspace_id, month) DO UPDATE
  SET free_calls = kept.free_calls + excluded.free_calls,
      billed_calls = kept.billed_calls + excluded.billed_calls,
      billed_cents = kept.billed_cents + excluded.billed_cents)sql";

MonthUsage UsageFrom(const pqxx::row& row) {
  return {.free_calls = row["free_calls"].as<int64_t>(),
          .billed_calls = row["billed_calls"].as<int64_t>(),
          .billed_cents = row["billed_cents"].as<int64_t>()};
}

}  // namespace

MonthUsage FindUsage(pqxx::work& tx, const std::string& workspace_id, const std::string& month) {
  const pqxx::result found = tx.exec_params(kFind, workspace_id, month);
  return found.empty() ? MonthUsage() : UsageFrom(found[0]);
}

MonthUsage LockUsage(pqxx::work& tx, const std::string& workspace_id, const std::string& month) {
  return UsageFrom(tx.exec_params1(kLock, workspace_id, month));
}

void AddUsage(pqxx::work& tx, const std::string& workspace_id, const std::string& month,
              const UsageChange& change) {
  tx.exec_params(kAdd, workspace_id, month, change.free_calls, change.billed_calls,
                 change.billed_cents);
}

}  // namespace callimport::job_scheduler

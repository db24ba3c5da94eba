#include "services/job-scheduler/storage/forgotten_calls_table.h"

#include "libs/postgres/values.h"

namespace callimport::job_scheduler {
namespace {

constexpr char kList[] = R"sql(
  SELECT call_id, workspace_id, platform, source_call_id FROM forgotten_calls
  ORDER BY forgotten_at, call_id LIMIT $1)sql";

constexpr char kCount[] = "SELECT count(*) FROM forgotten_calls WHERE workspace_id = $1";

constexpr char kDelete[] =
    "DELETE FROM forgotten_calls WHERE call_id = ANY ($1::uuid[]) RETURNING workspace_id";

}  // namespace

std::vector<ForgottenCall> ListForgotten(pqxx::work& tx, int limit) {
  std::vector<ForgottenCall> calls;
  for (const pqxx::row& row : tx.exec_params(kList, limit)) {
    calls.push_back({.call_id = row["call_id"].as<std::string>(),
                     .workspace_id = row["workspace_id"].as<std::string>(),
                     .platform = row["platform"].as<std::string>(),
                     .source_call_id = row["source_call_id"].as<std::string>()});
  }
  return calls;
}

int64_t CountForgotten(pqxx::work& tx, const std::string& workspace_id) {
  return tx.exec_params1(kCount, workspace_id)[0].as<int64_t>();
}

std::set<std::string> DeleteForgotten(pqxx::work& tx, const std::vector<std::string>& call_ids) {
  std::set<std::string> workspaces;
  for (const pqxx::row& row : tx.exec_params(kDelete, postgres::ToArray(call_ids))) {
    workspaces.insert(row[0].as<std::string>());
  }
  return workspaces;
}

}  // namespace callimport::job_scheduler

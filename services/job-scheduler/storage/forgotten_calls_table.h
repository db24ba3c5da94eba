// The SQL of forgotten_calls. Every function joins the caller's transaction.
#pragma once

#include <pqxx/pqxx>
#include <set>
#include <string>
#include <vector>

namespace callimport::job_scheduler {

struct ForgottenCall {
  std::string call_id;
  std::string workspace_id;
  std::string platform;
  std::string source_call_id;
};

// The longest forgotten first.
std::vector<ForgottenCall> ListForgotten(pqxx::work& tx, int limit);

// Of one workspace.
int64_t CountForgotten(pqxx::work& tx, const std::string& workspace_id);

// Nothing is left of them. Returns their workspaces.
std::set<std::string> DeleteForgotten(pqxx::work& tx, const std::vector<std::string>& call_ids);

}  // namespace callimport::job_scheduler

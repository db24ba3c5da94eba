// The SQL of store_requests. Every function joins the caller's transaction.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>

namespace callimport::credential_manager {

struct StoreRequest {
  std::string digest;
  std::string credential_id;
};

// Until the end of the transaction nobody else handles what is named so in this workspace.
void LockName(pqxx::work& tx, const std::string& workspace_id, const std::string& name);
std::optional<StoreRequest> FindRequest(pqxx::work& tx, const std::string& workspace_id,
                                        const std::string& request_id);
void RememberRequest(pqxx::work& tx, const std::string& workspace_id, const std::string& request_id,
                     const StoreRequest& request);

}  // namespace callimport::credential_manager

#include "services/credential-manager/storage/requests_table.h"

#include "libs/postgres/values.h"

namespace callimport::credential_manager {
namespace {

constexpr char kLock[] = "SELECT pg_advisory_xact_lock(hashtextextended($1 || '/' || $2, 0))";

constexpr char kFind[] = R"sql(
  SELECT digest, credential_id FROM store_requests
  WHERE workspace_id = $1 AND request_id = $2)sql";

constexpr char kRemember[] = R"sql(
  INSERT INTO store_requests (workspace_id, request_id, digest, credential_id)
  VALUES ($1, $2, $3::bytea, $4))sql";

}  // namespace

void LockName(pqxx::work& tx, const std::string& workspace_id, const std::string& name) {
  tx.exec_params(kLock, workspace_id, name);
}

std::optional<StoreRequest> FindRequest(pqxx::work& tx, const std::string& workspace_id,
                                        const std::string& request_id) {
  const pqxx::result rows = tx.exec_params(kFind, workspace_id, request_id);
  if (rows.empty()) return std::nullopt;
  return StoreRequest{.digest = postgres::FromBytea(rows[0]["digest"]),
                      .credential_id = rows[0]["credential_id"].as<std::string>()};
}

void RememberRequest(pqxx::work& tx, const std::string& workspace_id, const std::string& request_id,
                     const StoreRequest& request) {
  tx.exec_params(kRemember, workspace_id, request_id, postgres::ToBytea(request.digest),
                 request.credential_id);
}

}  // namespace callimport::credential_manager

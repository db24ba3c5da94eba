#include "services/credential-manager/storage/audit_table.h"

namespace callimport::credential_manager {
namespace {

constexpr char kAppend[] = R"sql(
  INSERT INTO audit_log (workspace_id, credential_id, action, actor, correlation_id, detail)
  VALUES ($1, $2, $3, $4, $5, $6))sql";

}  // namespace

void AppendAudit(pqxx::work& tx, const AuditEntry& entry, const AuditContext& context) {
  tx.exec_params(kAppend, entry.workspace_id, entry.credential_id, entry.action, context.actor,
                 context.correlation_id, entry.detail);
}

}  // namespace callimport::credential_manager

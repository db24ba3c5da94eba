// The SQL of audit_log: what was done with a credential, by whom. Written in the transaction of the
// act itself, so neither exists without the other.
#pragma once

#include <pqxx/pqxx>
#include <string>

#include "services/credential-manager/domain/credential.h"

namespace callimport::credential_manager {

struct AuditEntry {
  std::string workspace_id;
  std::string credential_id;
  // "store", "lease", "verify", "delete".
  std::string action;
  std::string detail;
};

void AppendAudit(pqxx::work& tx, const AuditEntry& entry, const AuditContext& context);

}  // namespace callimport::credential_manager

// audit_log: what was done with a credential, by whom. Written in the transaction of the act
// itself, so neither exists without the other.
//
// From the append to the commit nobody else appends, on any replica: append last, and ask nobody
// outside the database in between.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "libs/audit/audit_log.h"
#include "services/credential-manager/domain/credential.h"

namespace callimport::credential_manager {

struct AuditEntry {
  std::string workspace_id;
  // Or of what else was touched, such as a key.
  std::string credential_id;
  // "store", "lease", "verify", "delete", "revoke".
  std::string action;
  std::string detail;
  // Of a change: DigestOfState() before and after it.
  std::string before_digest = {};
  std::string after_digest = {};
};

const audit::AuditLog& CredentialAuditLog();

void AppendAudit(pqxx::work& tx, const AuditEntry& entry, const AuditContext& context);

// Many at once, in one statement.
struct AuditedAct {
  AuditEntry entry;
  AuditContext context;
};
void AppendAudit(pqxx::work& tx, const std::vector<AuditedAct>& acts);

// When it was last opened for somebody; nothing: never.
std::optional<Timestamp> LastLease(pqxx::work& tx, const std::string& credential_id);

// SHA-256 over what makes a credential: settings, health, public fields, and the sealed secret.
// (Not over the secret itself, which could be guessed at.) Empty when the workspace has no such
// live one. Locks the credential until the end of the transaction.
std::string DigestOfState(pqxx::work& tx, const std::string& workspace_id,
                          const std::string& credential_id);

}  // namespace callimport::credential_manager

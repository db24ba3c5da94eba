#include "services/credential-manager/storage/audit_table.h"

#include "libs/crypto/digest.h"
#include "libs/crypto/length_prefixed.h"
#include "libs/postgres/values.h"
#include "services/credential-manager/storage/credentials_table.h"
#include "services/credential-manager/storage/secrets_table.h"

namespace callimport::credential_manager {
namespace {

// So that one change's "after" is the next one's "before".
constexpr char kLockState[] =
    "SELECT FROM import_credentials WHERE workspace_id = $1 AND credential_id = $2 FOR UPDATE";

audit::Entry ToEntry(const AuditEntry& entry, const AuditContext& context) {
  return {.workspace_id = entry.workspace_id,
          .object_id = entry.credential_id,
          .action = entry.action,
          .actor = context.actor,
          .correlation_id = context.correlation_id,
          .detail = entry.detail,
          .before_digest = entry.before_digest,
          .after_digest = entry.after_digest};
}

}  // namespace

const audit::AuditLog& CredentialAuditLog() {
  static const audit::AuditLog log(
      audit::AuditTable{.name = "audit_log", .object_column = "credential_id"});
  return log;
}

void AppendAudit(pqxx::work& tx, const AuditEntry& entry, const AuditContext& context) {
  CredentialAuditLog().Append(tx, {ToEntry(entry, context)});
}

void AppendAudit(pqxx::work& tx, const std::vector<AuditedAct>& acts) {
  std::vector<audit::Entry> entries;
  entries.reserve(acts.size());
  for (const AuditedAct& act : acts) entries.push_back(ToEntry(act.entry, act.context));
  CredentialAuditLog().Append(tx, entries);
}

std::optional<Timestamp> LastLease(pqxx::work& tx, const std::string& credential_id) {
  const auto newest = CredentialAuditLog().List(tx, {.object_id = credential_id, .action = "lease"},
                                                audit::Order::kNewestFirst, 0, 1);
  if (newest.empty()) return std::nullopt;
  return newest.front().written_at;
}

std::string DigestOfState(pqxx::work& tx, const std::string& workspace_id,
                          const std::string& credential_id) {
  tx.exec_params(kLockState, workspace_id, credential_id);
  const auto credential = FindCredential(tx, workspace_id, credential_id);
  if (!credential) return "";
  const auto envelope = FindSecret(tx, credential_id);
  std::vector<std::string> parts = {
      credential->workspace_id,
      credential->platform,
      std::to_string(static_cast<int>(credential->type)),
      std::to_string(static_cast<int>(credential->retention)),
      credential->account_ref,
      credential->account_name,
      credential->is_valid ? "valid" : "",
      credential->expires_at ? postgres::ToSql(*credential->expires_at) : "",
      envelope ? envelope->ciphertext : ""};
  for (const auto& [name, value] : credential->public_fields) {
    parts.push_back(name);
    parts.push_back(value);
  }
  return crypto::Sha256(crypto::JoinPrefixed(parts));
}

}  // namespace callimport::credential_manager

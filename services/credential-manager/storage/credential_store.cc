#include "services/credential-manager/storage/credential_store.h"

#include "libs/common/status_macros.h"
#include "libs/postgres/transact.h"
#include "services/credential-manager/storage/audit_table.h"
#include "services/credential-manager/storage/credential_feed.h"
#include "services/credential-manager/storage/credentials_table.h"
#include "services/credential-manager/storage/lease_batch.h"
#include "services/credential-manager/storage/oauth_tokens_table.h"
#include "services/credential-manager/storage/secrets_table.h"
#include "services/credential-manager/storage/store_credential.h"

namespace callimport::credential_manager {
CredentialStore::CredentialStore(postgres::Pool& pool, const Sealer& sealer)
    : pool_(pool),
      sealer_(sealer),
      leases_([this](const std::vector<LeaseRequest>& requests) { return LeaseMany(requests); },
              LeaseCombiner::Bounds()) {}

absl::StatusOr<Credential> CredentialStore::Store(const NewCredential& credential,
                                                  const AuditContext& context) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { return StoreCredential(tx, sealer_, credential, context); });
}

absl::StatusOr<OpenedCredential> CredentialStore::Lease(const std::string& workspace_id,
                                                        const std::string& credential_id,
                                                        const AuditContext& context,
                                                        std::chrono::milliseconds patience) {
  return leases_.LeaseAndWait({workspace_id, credential_id, context},
                              std::chrono::steady_clock::now() + patience);
}

void CredentialStore::LeaseLater(LeaseRequest request, std::chrono::milliseconds patience,
                                 LeaseCombiner::Done done) {
  leases_.Lease(std::move(request), std::chrono::steady_clock::now() + patience, std::move(done));
}

std::vector<absl::StatusOr<OpenedCredential>> CredentialStore::LeaseMany(
    const std::vector<LeaseRequest>& requests) {
  auto results =
      postgres::Transact(pool_, [&](pqxx::work& tx) { return LeaseBatch(tx, sealer_, requests); });
  if (results.ok()) return *std::move(results);
  // No audit, no answer.
  return {requests.size(), results.status()};
}

absl::Status CredentialStore::RecordVerification(const std::string& workspace_id,
                                                 const std::string& credential_id,
                                                 const Verdict& verdict,
                                                 const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::Status {
    const std::string before = DigestOfState(tx, workspace_id, credential_id);
    if (!MarkVerified(tx, workspace_id, credential_id, verdict))
      return CredentialNotFound(credential_id);
    if (!verdict.accepted) {
      Announce(tx, *FindCredential(tx, workspace_id, credential_id), v1::CREDENTIAL_CHANGE_INVALID);
    }
    AppendAudit(
        tx,
        {workspace_id, credential_id, "verify", verdict.accepted ? "accepted" : verdict.reason,
         before, DigestOfState(tx, workspace_id, credential_id)},
        context);
    return absl::OkStatus();
  });
}

absl::StatusOr<Credential> CredentialStore::Find(const std::string& workspace_id,
                                                 const std::string& credential_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Credential> {
    auto credential = FindCredential(tx, workspace_id, credential_id);
    if (!credential) return CredentialNotFound(credential_id);
    credential->last_used_at = LastLease(tx, credential->credential_id);
    return *std::move(credential);
  });
}

absl::StatusOr<std::vector<Credential>> CredentialStore::List(const std::string& workspace_id,
                                                              const std::string& after_id,
                                                              int limit) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    auto credentials = ListCredentials(tx, workspace_id, after_id, limit);
    for (Credential& credential : credentials) {
      credential.last_used_at = LastLease(tx, credential.credential_id);
    }
    return credentials;
  });
}

absl::StatusOr<std::optional<DeletedTokens>> CredentialStore::Delete(
    const std::string& workspace_id, const std::string& credential_id,
    const AuditContext& context) {
  using Deleted = absl::StatusOr<std::optional<DeletedTokens>>;
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> Deleted {
    const std::string before = DigestOfState(tx, workspace_id, credential_id);
    auto deleted = FindCredential(tx, workspace_id, credential_id);
    if (!MarkDeleted(tx, workspace_id, credential_id)) {
      if (HasTombstone(tx, workspace_id, credential_id)) return std::nullopt;
      return CredentialNotFound(credential_id);
    }
    auto secret = FindSecret(tx, credential_id);
    DestroySecret(tx, credential_id);
    ForgetTokens(tx, credential_id);
    // Its epoch key and its receipt are the shredder's.
    deleted->is_valid = false;
    Announce(tx, *deleted, v1::CREDENTIAL_CHANGE_DELETED);
    AppendAudit(tx, {workspace_id, credential_id, "delete", "", before, ""}, context);
    if (!secret || deleted->type != CredentialType::kOAuth) return std::nullopt;
    return DeletedTokens{*std::move(deleted), *std::move(secret)};
  });
}

absl::Status CredentialStore::RecordRevocation(const Credential& deleted,
                                               const std::string& outcome,
                                               const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) {
    AppendAudit(tx, {deleted.workspace_id, deleted.credential_id, "revoke", outcome}, context);
  });
}

}  // namespace callimport::credential_manager

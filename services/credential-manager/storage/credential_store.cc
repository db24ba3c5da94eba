#include "services/credential-manager/storage/credential_store.h"

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/digest.h"
#include "libs/crypto/length_prefixed.h"
#include "libs/postgres/transact.h"
#include "services/credential-manager/storage/audit_table.h"
#include "services/credential-manager/storage/credential_feed.h"
#include "services/credential-manager/storage/credentials_table.h"
#include "services/credential-manager/storage/lease_batch.h"
#include "services/credential-manager/storage/requests_table.h"
#include "services/credential-manager/storage/secrets_table.h"

namespace callimport::credential_manager {
namespace {

absl::Status RequestIdReused() {
  return Error(absl::StatusCode::kAlreadyExists, "REQUEST_ID_REUSED",
               "this request_id was used with other contents");
}

SealedFor OwnerOf(const Credential& credential) {
  return {credential.workspace_id, credential.platform, credential.credential_id};
}

// Of everything but the secrets: a digest of those could be guessed at, so they are compared
// opened.
std::string DigestOf(const NewCredential& credential) {
  std::vector<std::string> parts = {credential.platform,
                                    std::to_string(static_cast<int>(credential.type)),
                                    std::to_string(static_cast<int>(credential.retention)),
                                    credential.account_ref, credential.replace ? "replace" : ""};
  for (const auto& [name, value] : credential.public_fields) {
    parts.push_back(name);
    parts.push_back(value);
  }
  return crypto::Sha256(crypto::JoinPrefixed(parts));
}

bool SameSecrets(const SecretFields& a, const SecretFields& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](auto& x, auto& y) {
           return x.first == y.first && x.second.Reveal() == y.second.Reveal();
         });
}

}  // namespace

CredentialStore::CredentialStore(postgres::Pool& pool, const Sealer& sealer)
    : pool_(pool),
      sealer_(sealer),
      leases_([this](const std::vector<LeaseRequest>& requests) { return LeaseMany(requests); },
              LeaseCombiner::Bounds()) {}

absl::StatusOr<Credential> CredentialStore::Repeated(pqxx::work& tx,
                                                     const NewCredential& credential,
                                                     const std::string& digest,
                                                     const std::string& first_digest,
                                                     const std::string& credential_id) {
  auto stored = FindCredential(tx, credential.workspace_id, credential_id);
  const auto envelope = FindSecret(tx, credential_id);
  if (!stored || !envelope) return CredentialNotFound(credential_id);  // deleted since
  if (digest != first_digest) return RequestIdReused();
  ASSIGN_OR_RETURN(const SecretFields secrets, sealer_.Open(OwnerOf(*stored), *envelope));
  if (!SameSecrets(secrets, credential.secret_fields)) return RequestIdReused();
  return *std::move(stored);
}

absl::StatusOr<Credential> CredentialStore::Store(const NewCredential& credential,
                                                  const AuditContext& context) {
  const std::string digest = DigestOf(credential);
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Credential> {
    LockName(tx, credential.workspace_id, credential.request_id);
    if (const auto first = FindRequest(tx, credential.workspace_id, credential.request_id)) {
      return Repeated(tx, credential, digest, first->digest, first->credential_id);
    }
    LockName(tx, credential.workspace_id, credential.platform + "/" + credential.account_ref);
    const auto existing = FindAccount(tx, credential);
    if (existing && !credential.replace) {
      return Error(absl::StatusCode::kAlreadyExists, "CREDENTIAL_EXISTS",
                   "this account of " + credential.platform + " is connected already");
    }
    const std::string id = existing.value_or(NewUuid());
    const std::string before = DigestOfState(tx, credential.workspace_id, id);
    existing ? UpdateCredential(tx, id, credential) : InsertCredential(tx, id, credential);
    RETURN_IF_ERROR(PutSecret(tx, sealer_, {credential.workspace_id, credential.platform, id},
                              credential.secret_fields));
    MarkVerified(tx, credential.workspace_id, id, true);
    RememberRequest(tx, credential.workspace_id, credential.request_id, {digest, id});
    Announce(tx, *FindCredential(tx, credential.workspace_id, id),
             existing ? v1::CREDENTIAL_CHANGE_REPLACED : v1::CREDENTIAL_CHANGE_CREATED);
    AppendAudit(tx,
                {credential.workspace_id, id, "store", existing ? "replaced" : "new", before,
                 DigestOfState(tx, credential.workspace_id, id)},
                context);
    return *FindCredential(tx, credential.workspace_id, id);
  });
}

absl::StatusOr<OpenedCredential> CredentialStore::Lease(const std::string& workspace_id,
                                                        const std::string& credential_id,
                                                        const AuditContext& context,
                                                        std::chrono::milliseconds patience) {
  return leases_.Lease({workspace_id, credential_id, context},
                       std::chrono::steady_clock::now() + patience);
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
                                                 const std::string& credential_id, bool accepted,
                                                 const std::string& reason,
                                                 const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::Status {
    const std::string before = DigestOfState(tx, workspace_id, credential_id);
    if (!MarkVerified(tx, workspace_id, credential_id, accepted))
      return CredentialNotFound(credential_id);
    if (!accepted) {
      Announce(tx, *FindCredential(tx, workspace_id, credential_id),
               v1::CREDENTIAL_CHANGE_INVALID);
    }
    AppendAudit(tx,
                {workspace_id, credential_id, "verify", accepted ? "accepted" : reason, before,
                 DigestOfState(tx, workspace_id, credential_id)},
                context);
    return absl::OkStatus();
  });
}

absl::StatusOr<Credential> CredentialStore::Find(const std::string& workspace_id,
                                                 const std::string& credential_id) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::StatusOr<Credential> {
    auto credential = FindCredential(tx, workspace_id, credential_id);
    if (!credential) return CredentialNotFound(credential_id);
    return *std::move(credential);
  });
}

absl::StatusOr<std::vector<Credential>> CredentialStore::List(const std::string& workspace_id,
                                                              const std::string& after_id,
                                                              int limit) {
  return postgres::Transact(
      pool_, [&](pqxx::work& tx) { return ListCredentials(tx, workspace_id, after_id, limit); });
}

absl::Status CredentialStore::Delete(const std::string& workspace_id,
                                     const std::string& credential_id,
                                     const AuditContext& context) {
  return postgres::Transact(pool_, [&](pqxx::work& tx) -> absl::Status {
    const std::string before = DigestOfState(tx, workspace_id, credential_id);
    auto deleted = FindCredential(tx, workspace_id, credential_id);
    if (!MarkDeleted(tx, workspace_id, credential_id)) {
      return HasTombstone(tx, workspace_id, credential_id) ? absl::OkStatus()
                                                           : CredentialNotFound(credential_id);
    }
    DestroySecret(tx, credential_id);
    // Its epoch key and its receipt are the shredder's.
    deleted->is_valid = false;
    Announce(tx, *deleted, v1::CREDENTIAL_CHANGE_DELETED);
    AppendAudit(tx, {workspace_id, credential_id, "delete", "", before, ""}, context);
    return absl::OkStatus();
  });
}

}  // namespace callimport::credential_manager

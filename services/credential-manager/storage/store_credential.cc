#include "services/credential-manager/storage/store_credential.h"

#include <algorithm>
#include <string>
#include <vector>

#include "libs/common/errors.h"
#include "libs/common/ids.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/digest.h"
#include "libs/crypto/length_prefixed.h"
#include "services/credential-manager/storage/audit_table.h"
#include "services/credential-manager/storage/credential_feed.h"
#include "services/credential-manager/storage/credentials_table.h"
#include "services/credential-manager/storage/oauth_tokens_table.h"
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

absl::StatusOr<Credential> Repeated(pqxx::work& tx, const Sealer& sealer,
                                    const NewCredential& credential, const std::string& digest,
                                    const std::string& first_digest,
                                    const std::string& credential_id) {
  auto stored = FindCredential(tx, credential.workspace_id, credential_id);
  const auto envelope = FindSecret(tx, credential_id);
  if (!stored || !envelope) return CredentialNotFound(credential_id);  // deleted since
  if (digest != first_digest) return RequestIdReused();
  ASSIGN_OR_RETURN(const SecretFields secrets, sealer.Open(OwnerOf(*stored), *envelope));
  if (!SameSecrets(secrets, credential.secret_fields)) return RequestIdReused();
  return *std::move(stored);
}

}  // namespace

absl::StatusOr<Credential> StoreCredential(pqxx::work& tx, const Sealer& sealer,
                                           const NewCredential& credential,
                                           const AuditContext& context) {
  const std::string digest = DigestOf(credential);
  LockName(tx, credential.workspace_id, credential.request_id);
  if (const auto first = FindRequest(tx, credential.workspace_id, credential.request_id)) {
    return Repeated(tx, sealer, credential, digest, first->digest, first->credential_id);
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
  RETURN_IF_ERROR(PutSecret(tx, sealer, {credential.workspace_id, credential.platform, id},
                            credential.secret_fields));
  ForgetTokens(tx, id);
  MarkVerified(tx, credential.workspace_id, id, {.accepted = true});
  RememberRequest(tx, credential.workspace_id, credential.request_id, {digest, id});
  Announce(tx, *FindCredential(tx, credential.workspace_id, id),
           existing ? v1::CREDENTIAL_CHANGE_REPLACED : v1::CREDENTIAL_CHANGE_CREATED);
  AppendAudit(tx,
              {credential.workspace_id, id, "store", existing ? "replaced" : "new", before,
               DigestOfState(tx, credential.workspace_id, id)},
              context);
  return *FindCredential(tx, credential.workspace_id, id);
}

}  // namespace callimport::credential_manager

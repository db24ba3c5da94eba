// The SQL of oauth_attempts. Every function joins the caller's transaction.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "libs/crypto/envelope.h"
#include "services/credential-manager/domain/oauth.h"
#include "services/credential-manager/sealing/sealer.h"
#include "services/credential-manager/storage/sealed_rows.h"

namespace callimport::credential_manager {

void InsertAttempt(pqxx::work& tx, const OAuthAttempt& attempt, const std::string& state_hash);

// By the hash of its state, which is worth nothing from then on.
std::optional<OAuthAttempt> TakeAttempt(pqxx::work& tx, const std::string& state_hash);

// Locks it until the end of the transaction.
std::optional<OAuthAttempt> LockAttempt(pqxx::work& tx, const std::string& attempt_id);

std::optional<OAuthAttempt> FindAttempt(pqxx::work& tx, const std::string& workspace_id,
                                        const std::string& attempt_id);

// Phase, end, and everything that came to be known meanwhile.
void UpdateAttempt(pqxx::work& tx, const OAuthAttempt& attempt);

// The secrets of an attempt: sealed in place of those that were there, opened, destroyed.
absl::Status PutAttemptSecret(pqxx::work& tx, const Sealer& sealer, const OAuthAttempt& attempt,
                              const SecretFields& fields);
absl::StatusOr<SecretFields> OpenAttemptSecret(pqxx::work& tx, const Sealer& sealer,
                                               const OAuthAttempt& attempt);
void DestroyAttemptSecret(pqxx::work& tx, const std::string& attempt_id);

// Locked until the end of the transaction; none that somebody else has locked.
std::vector<OAuthAttempt> LockExpiredAttempts(pqxx::work& tx, Timestamp now, int limit);
void DeleteAttemptsBefore(pqxx::work& tx, Timestamp expired_before);

const SealedRows& OAuthAttemptSecrets();

}  // namespace callimport::credential_manager

// The SQL of credential_secrets. Every function joins the caller's transaction.
#pragma once

#include <map>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/crypto/envelope.h"
#include "services/credential-manager/sealing/sealer.h"
#include "services/credential-manager/storage/sealed_rows.h"

namespace callimport::credential_manager {

// Seals these fields for their owner under a fresh data key, as the next write of the row, and an
// ephemeral credential with its epoch key. Locks the credential until the end of the transaction.
// Whatever the caller says of the row's version is passed over.
absl::Status PutSecret(pqxx::work& tx, const Sealer& sealer, const SealedFor& owner,
                       const SecretFields& fields);

std::optional<crypto::Envelope> FindSecret(pqxx::work& tx, const std::string& credential_id);

// By credential.
std::map<std::string, crypto::Envelope> FindSecrets(pqxx::work& tx,
                                                    const std::vector<std::string>& credential_ids);

// PutSecret, unless somebody has written the row since the envelope was read: then false.
absl::StatusOr<bool> SealAnew(pqxx::work& tx, const Sealer& sealer, const SealedFor& owner,
                              const crypto::Envelope& read, const SecretFields& fields);

// The data key goes with the row, so the ciphertext in any copy stays shut.
void DestroySecret(pqxx::work& tx, const std::string& credential_id);

// The same table for rotations.
const SealedRows& CredentialSecrets();

}  // namespace callimport::credential_manager

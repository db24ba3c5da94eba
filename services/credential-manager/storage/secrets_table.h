// The SQL of credential_secrets. Every function joins the caller's transaction.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "libs/crypto/envelope.h"

namespace callimport::credential_manager {

void PutSecret(pqxx::work& tx, const std::string& credential_id, const crypto::Envelope& envelope);
std::optional<crypto::Envelope> FindSecret(pqxx::work& tx, const std::string& credential_id);

// The data key goes with the row, so the ciphertext in any copy stays shut.
void DestroySecret(pqxx::work& tx, const std::string& credential_id);

}  // namespace callimport::credential_manager

#include "services/credential-manager/storage/secrets_table.h"

#include "libs/postgres/values.h"

namespace callimport::credential_manager {
namespace {

constexpr char kPut[] = R"sql(
  INSERT INTO credential_secrets (credential_id, version, key_id, wrapped_key, ciphertext)
  VALUES ($1, $2, $3, $4::bytea, $5::bytea)
  ON CONFLICT (credential_id) DO UPDATE
  SET version = excluded.version, key_id = excluded.key_id, wrapped_key = excluded.wrapped_key,
      ciphertext = excluded.ciphertext, sealed_at = now())sql";

constexpr char kFind[] = R"sql(
  SELECT version, key_id, wrapped_key, ciphertext FROM credential_secrets
  WHERE credential_id = $1)sql";

constexpr char kDestroy[] = "DELETE FROM credential_secrets WHERE credential_id = $1";

}  // namespace

void PutSecret(pqxx::work& tx, const std::string& credential_id, const crypto::Envelope& envelope) {
  tx.exec_params(kPut, credential_id, envelope.version, envelope.key_id,
                 postgres::ToBytea(envelope.wrapped_key), postgres::ToBytea(envelope.ciphertext));
}

std::optional<crypto::Envelope> FindSecret(pqxx::work& tx, const std::string& credential_id) {
  const pqxx::result rows = tx.exec_params(kFind, credential_id);
  if (rows.empty()) return std::nullopt;
  return crypto::Envelope{.version = rows[0]["version"].as<int>(),
                          .key_id = rows[0]["key_id"].as<std::string>(),
                          .wrapped_key = postgres::FromBytea(rows[0]["wrapped_key"]),
                          .ciphertext = postgres::FromBytea(rows[0]["ciphertext"])};
}

void DestroySecret(pqxx::work& tx, const std::string& credential_id) {
  tx.exec_params(kDestroy, credential_id);
}

}  // namespace callimport::credential_manager

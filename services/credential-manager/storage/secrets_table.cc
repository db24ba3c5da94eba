#include "services/credential-manager/storage/secrets_table.h"

#include "libs/common/status_macros.h"
#include "libs/postgres/values.h"

namespace callimport::credential_manager {
namespace {

// How often it was written is kept with the credential, not with the sealed row: an older copy of
// the row put back does not open.
constexpr char kNextWrite[] = R"sql(
  UPDATE import_credentials SET secret_version = secret_version + 1 WHERE credential_id = $1
  RETURNING secret_version, retention)sql";

constexpr char kPut[] = R"sql(
  INSERT INTO credential_secrets (credential_id, version, key_id, wrapped_key, ciphertext,
                                  epoch_key_id, row_version)
  VALUES ($1, $2, $3, $4::bytea, $5::bytea, $6, $7)
  ON CONFLICT (credential_id) DO UPDATE
  SET version = excluded.version, key_id = excluded.key_id, wrapped_key = excluded.wrapped_key,
      ciphertext = excluded.ciphertext, epoch_key_id = excluded.epoch_key_id,
      row_version = excluded.row_version, sealed_at = now())sql";

constexpr char kFind[] = R"sql(
  SELECT credential_id, s.version, s.key_id, s.wrapped_key, s.ciphertext, s.epoch_key_id,
         c.secret_version
  FROM credential_secrets s JOIN import_credentials c USING (credential_id)
  WHERE credential_id = any($1::uuid[]))sql";

constexpr char kLockUnwritten[] = R"sql(
  SELECT FROM import_credentials WHERE credential_id = $1 AND secret_version = $2 FOR UPDATE)sql";

constexpr char kDestroy[] = "DELETE FROM credential_secrets WHERE credential_id = $1";

}  // namespace

absl::Status PutSecret(pqxx::work& tx, const Sealer& sealer, const SealedFor& owner,
                       const SecretFields& fields) {
  const pqxx::row row = tx.exec_params1(kNextWrite, owner.credential_id);
  SealedFor written = owner;
  written.row_version = row["secret_version"].as<int64_t>();
  ASSIGN_OR_RETURN(
      const crypto::Envelope envelope,
      sealer.Seal(written, fields, static_cast<Retention>(row["retention"].as<int>())));
  tx.exec_params(kPut, owner.credential_id, envelope.version, envelope.key_id,
                 postgres::ToBytea(envelope.wrapped_key), postgres::ToBytea(envelope.ciphertext),
                 envelope.epoch_key_id, envelope.row_version);
  return absl::OkStatus();
}

std::map<std::string, crypto::Envelope> FindSecrets(
    pqxx::work& tx, const std::vector<std::string>& credential_ids) {
  std::map<std::string, crypto::Envelope> found;
  for (const pqxx::row& row : tx.exec_params(kFind, postgres::ToArray(credential_ids))) {
    found.emplace(row["credential_id"].as<std::string>(),
                  crypto::Envelope{.version = row["version"].as<int>(),
                                   .key_id = row["key_id"].as<std::string>(),
                                   .wrapped_key = postgres::FromBytea(row["wrapped_key"]),
                                   .ciphertext = postgres::FromBytea(row["ciphertext"]),
                                   .epoch_key_id = row["epoch_key_id"].as<std::string>(),
                                   .row_version = row["secret_version"].as<int64_t>()});
  }
  return found;
}

std::optional<crypto::Envelope> FindSecret(pqxx::work& tx, const std::string& credential_id) {
  auto found = FindSecrets(tx, {credential_id});
  if (found.empty()) return std::nullopt;
  return std::move(found.begin()->second);
}

absl::StatusOr<bool> SealAnew(pqxx::work& tx, const Sealer& sealer, const SealedFor& owner,
                              const crypto::Envelope& read, const SecretFields& fields) {
  if (tx.exec_params(kLockUnwritten, owner.credential_id, read.row_version).empty()) return false;
  RETURN_IF_ERROR(PutSecret(tx, sealer, owner, fields));
  return true;
}

void DestroySecret(pqxx::work& tx, const std::string& credential_id) {
  tx.exec_params(kDestroy, credential_id);
}

}  // namespace callimport::credential_manager

#include "services/credential-manager/storage/secrets_table.h"

#include "libs/common/status_macros.h"
#include "libs/postgres/prepared.h"
#include "libs/postgres/values.h"
#include "services/credential-manager/storage/encryption_keys_table.h"

namespace callimport::credential_manager {
namespace {

// How often it was written is kept with the credential, not with the sealed row: an older copy of
// the row put back does not open.
constexpr char kNextWrite[] = R"sql(
  UPDATE import_credentials
  SET secret_version = secret_version + 1, fingerprint = $2::bytea WHERE credential_id = $1
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

// $1 the key that all shall be under, $2 the layout, $3 when it began if all are sealed anew.
constexpr char kCountByKey[] =
    "SELECT key_id, count(*) AS rows FROM credential_secrets GROUP BY key_id";

constexpr char kCountLeft[] = R"sql(
  SELECT count(*) FROM credential_secrets
  WHERE key_id <> $1 OR version <> $2 OR sealed_at < $3::timestamptz)sql";

constexpr char kReadLeft[] = R"sql(
  SELECT s.credential_id, c.workspace_id, c.platform, c.secret_version, s.version, s.key_id,
         s.wrapped_key, s.ciphertext, s.epoch_key_id
  FROM credential_secrets s JOIN import_credentials c USING (credential_id)
  WHERE (s.key_id <> $1 OR s.version <> $2 OR s.sealed_at < $3::timestamptz)
    AND s.credential_id > $4::uuid
  ORDER BY s.credential_id LIMIT $5)sql";

constexpr char kSwapWraps[] = R"sql(
  UPDATE credential_secrets s SET key_id = n.new_key_id, wrapped_key = n.new_wrapped_key
  FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bytea[], $5::text[], $6::bytea[])
    AS n (credential_id, row_version, key_id, wrapped_key, new_key_id, new_wrapped_key)
  WHERE s.credential_id = n.credential_id AND s.row_version = n.row_version
    AND s.key_id = n.key_id AND s.wrapped_key = n.wrapped_key)sql";

constexpr char kDestroy[] = "DELETE FROM credential_secrets WHERE credential_id = $1";

constexpr char kNoUuid[] = "00000000-0000-0000-0000-000000000000";

class CredentialSecretRows final : public SealedRows {
 public:
  std::map<std::string, int64_t> CountByKey(pqxx::work& tx) const override {
    return CountsByKey(tx.exec(kCountByKey));
  }

  int64_t CountLeft(pqxx::work& tx, const RotationTarget& target) const override {
    return tx
        .exec_params1(kCountLeft, target.to_key_id, crypto::kEnvelopeVersion,
                      postgres::ToSql(target.sealed_before))[0]
        .as<int64_t>();
  }

  std::vector<SealedRow> ReadLeft(pqxx::work& tx, const RotationTarget& target,
                                  const std::string& after_id, int limit) const override {
    std::vector<SealedRow> rows;
    for (const pqxx::row& row : tx.exec_params(
             kReadLeft, target.to_key_id, crypto::kEnvelopeVersion,
             postgres::ToSql(target.sealed_before), after_id.empty() ? kNoUuid : after_id, limit)) {
      SealedRow& read = rows.emplace_back();
      read.row_id = row["credential_id"].as<std::string>();
      read.owner = {.workspace_id = row["workspace_id"].as<std::string>(),
                    .platform = row["platform"].as<std::string>(),
                    .credential_id = read.row_id};
      read.envelope = {.version = row["version"].as<int>(),
                       .key_id = row["key_id"].as<std::string>(),
                       .wrapped_key = postgres::FromBytea(row["wrapped_key"]),
                       .ciphertext = postgres::FromBytea(row["ciphertext"]),
                       .epoch_key_id = row["epoch_key_id"].as<std::string>(),
                       .row_version = row["secret_version"].as<int64_t>()};
    }
    return rows;
  }

  int64_t SwapWraps(pqxx::work& tx, const std::vector<SealedRow>& read,
                    const std::vector<crypto::Envelope>& rewrapped) const override {
    std::vector<std::string> ids, key_ids, wraps, new_key_ids, new_wraps;
    std::vector<int64_t> versions;
    for (size_t i = 0; i < read.size(); ++i) {
      ids.push_back(read[i].row_id);
      versions.push_back(read[i].envelope.row_version);
      key_ids.push_back(read[i].envelope.key_id);
      wraps.push_back(read[i].envelope.wrapped_key);
      new_key_ids.push_back(rewrapped[i].key_id);
      new_wraps.push_back(rewrapped[i].wrapped_key);
    }
    return static_cast<int64_t>(
        tx.exec_params(kSwapWraps, postgres::ToArray(ids), postgres::ToArray(versions),
                       postgres::ToArray(key_ids), postgres::ToByteaArray(wraps),
                       postgres::ToArray(new_key_ids), postgres::ToByteaArray(new_wraps))
            .affected_rows());
  }

  absl::StatusOr<bool> Reencrypt(pqxx::work& tx, const Sealer& sealer,
                                 const SealedRow& read) const override {
    ASSIGN_OR_RETURN(const SecretFields fields, sealer.Open(read.owner, read.envelope));
    return SealAnew(tx, sealer, read.owner, read.envelope, fields);
  }
};

}  // namespace

absl::Status PutSecret(pqxx::work& tx, const Sealer& sealer, const SealedFor& owner,
                       const SecretFields& fields) {
  const pqxx::row row = tx.exec_params1(kNextWrite, owner.credential_id,
                                        postgres::ToBytea(sealer.Fingerprint(owner, fields)));
  SealedFor written = owner;
  written.row_version = row["secret_version"].as<int64_t>();
  ASSIGN_OR_RETURN(
      const crypto::Envelope envelope,
      sealer.Seal(written, fields, static_cast<Retention>(row["retention"].as<int>())));
  RETURN_IF_ERROR(HoldKey(tx, envelope.key_id));
  tx.exec_params(kPut, owner.credential_id, envelope.version, envelope.key_id,
                 postgres::ToBytea(envelope.wrapped_key), postgres::ToBytea(envelope.ciphertext),
                 envelope.epoch_key_id, envelope.row_version);
  return absl::OkStatus();
}

std::map<std::string, crypto::Envelope> FindSecrets(
    pqxx::work& tx, const std::vector<std::string>& credential_ids) {
  std::map<std::string, crypto::Envelope> found;
  for (const pqxx::row& row :
       postgres::ExecPrepared(tx, "find_secrets", kFind, postgres::ToArray(credential_ids))) {
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

const SealedRows& CredentialSecrets() {
  static const CredentialSecretRows rows;
  return rows;
}

}  // namespace callimport::credential_manager

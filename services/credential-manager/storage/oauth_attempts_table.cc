#include "services/credential-manager/storage/oauth_attempts_table.h"

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/postgres/values.h"
#include "services/credential-manager/storage/encryption_keys_table.h"
#include "services/credential-manager/storage/oauth_tokens_table.h"

namespace callimport::credential_manager {
namespace {

constexpr char kNoUuid[] = "00000000-0000-0000-0000-000000000000";

constexpr char kInsert[] = R"sql(
  INSERT INTO oauth_attempts (attempt_id, state_hash, phase, grant_kind, workspace_id, platform,
                              account_ref, replace, redirect_uri, landing, landing_target,
                              created_by_kind, created_by_name, expires_at)
  VALUES ($1, nullif($2::bytea, ''), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
          $14::timestamptz))sql";

constexpr char kColumns[] = R"sql(
  attempt_id, phase, grant_kind, workspace_id, platform, account_ref, replace, redirect_uri,
  landing, landing_target, created_by_kind, created_by_name, expires_at, scopes,
  tokens_obtained_at, tokens_expire_at, credential_id, failure_reason, failure_text)sql";

constexpr char kTake[] =
    "UPDATE oauth_attempts SET state_hash = NULL, phase = 2 WHERE state_hash = $1::bytea"
    " RETURNING ";
constexpr char kSelect[] = "SELECT ";
constexpr char kLockOne[] = " FROM oauth_attempts WHERE attempt_id = $1 FOR UPDATE";
constexpr char kOfWorkspace[] = " FROM oauth_attempts WHERE workspace_id = $1 AND attempt_id = $2";
constexpr char kExpired[] =
    " FROM oauth_attempts WHERE expires_at <= $1::timestamptz AND phase < 4"
    " ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED";

constexpr char kUpdate[] = R"sql(
  UPDATE oauth_attempts
  SET phase = $2::smallint, expires_at = $3::timestamptz, scopes = $4,
      tokens_obtained_at = $5::timestamptz, tokens_expire_at = $6::timestamptz,
      credential_id = nullif($7, '')::uuid, failure_reason = $8, failure_text = $9,
      state_hash = CASE WHEN $2::smallint = 1 THEN state_hash END
  WHERE attempt_id = $1)sql";

constexpr char kNextWrite[] = R"sql(
  UPDATE oauth_attempts SET row_version = row_version + 1 WHERE attempt_id = $1
  RETURNING row_version)sql";

constexpr char kPutSecret[] = R"sql(
  UPDATE oauth_attempts
  SET version = $2, key_id = $3, wrapped_key = $4::bytea, ciphertext = $5::bytea,
      sealed_at = now()
  WHERE attempt_id = $1)sql";

constexpr char kFindSecret[] = R"sql(
  SELECT version, key_id, wrapped_key, ciphertext, row_version
  FROM oauth_attempts WHERE attempt_id = $1 AND key_id IS NOT NULL)sql";

constexpr char kDestroySecret[] = R"sql(
  UPDATE oauth_attempts SET version = NULL, key_id = NULL, wrapped_key = NULL, ciphertext = NULL
  WHERE attempt_id = $1)sql";

constexpr char kDeleteBefore[] =
    "DELETE FROM oauth_attempts WHERE expires_at < $1::timestamptz AND phase >= 4";

constexpr char kCountByKey[] = R"sql(
  SELECT key_id, count(*) AS rows FROM oauth_attempts WHERE key_id IS NOT NULL
  GROUP BY key_id)sql";

constexpr char kCountLeft[] = R"sql(
  SELECT count(*) FROM oauth_attempts
  WHERE key_id IS NOT NULL
    AND (key_id <> $1 OR version <> $2 OR sealed_at < $3::timestamptz))sql";

constexpr char kReadLeft[] = R"sql(
  SELECT attempt_id, workspace_id, platform, row_version, version, key_id, wrapped_key, ciphertext
  FROM oauth_attempts
  WHERE key_id IS NOT NULL
    AND (key_id <> $1 OR version <> $2 OR sealed_at < $3::timestamptz) AND attempt_id > $4::uuid
  ORDER BY attempt_id LIMIT $5)sql";

constexpr char kSwapWraps[] = R"sql(
  UPDATE oauth_attempts s SET key_id = n.new_key_id, wrapped_key = n.new_wrapped_key
  FROM unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::text[], $5::bytea[])
    AS n (attempt_id, row_version, wrapped_key, new_key_id, new_wrapped_key)
  WHERE s.attempt_id = n.attempt_id AND s.row_version = n.row_version
    AND s.wrapped_key = n.wrapped_key)sql";

constexpr char kLockUnwritten[] =
    "SELECT FROM oauth_attempts WHERE attempt_id = $1 AND row_version = $2 FOR UPDATE";

OAuthAttempt FromRow(const pqxx::row& row) {
  OAuthAttempt attempt;
  attempt.attempt_id = row["attempt_id"].as<std::string>();
  attempt.phase = static_cast<OAuthAttempt::Phase>(row["phase"].as<int>());
  attempt.grant = static_cast<GrantKind>(row["grant_kind"].as<int>());
  attempt.workspace_id = row["workspace_id"].as<std::string>();
  attempt.platform = row["platform"].as<std::string>();
  attempt.account_ref = row["account_ref"].as<std::string>();
  attempt.replace = row["replace"].as<bool>();
  attempt.redirect_uri = row["redirect_uri"].as<std::string>();
  attempt.landing = static_cast<Landing>(row["landing"].as<int>());
  attempt.landing_target = row["landing_target"].as<std::string>();
  attempt.created_by = {.kind = row["created_by_kind"].as<int>(),
                        .name = row["created_by_name"].as<std::string>()};
  attempt.expires_at = postgres::TimeFromSql(row["expires_at"]);
  attempt.scopes = SplitScopes(row["scopes"].as<std::string>());
  attempt.tokens_obtained_at = postgres::NullableTime(row["tokens_obtained_at"]);
  attempt.tokens_expire_at = postgres::NullableTime(row["tokens_expire_at"]);
  attempt.credential_id = postgres::Nullable<std::string>(row["credential_id"]).value_or("");
  attempt.failure_reason = row["failure_reason"].as<std::string>();
  attempt.failure_text = row["failure_text"].as<std::string>();
  return attempt;
}

std::optional<OAuthAttempt> One(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  return FromRow(rows[0]);
}

std::string Selecting(const char* rest) { return std::string(kSelect) + kColumns + rest; }

SealedFor OwnerOf(const OAuthAttempt& attempt, int64_t row_version) {
  return {attempt.workspace_id, attempt.platform, "oauth-attempt/" + attempt.attempt_id,
          row_version};
}

crypto::Envelope EnvelopeOf(const pqxx::row& row) {
  return {.version = row["version"].as<int>(),
          .key_id = row["key_id"].as<std::string>(),
          .wrapped_key = postgres::FromBytea(row["wrapped_key"]),
          .ciphertext = postgres::FromBytea(row["ciphertext"]),
          .epoch_key_id = "",
          .row_version = row["row_version"].as<int64_t>()};
}

class AttemptRows final : public SealedRows {
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
      OAuthAttempt attempt;
      attempt.attempt_id = row["attempt_id"].as<std::string>();
      attempt.workspace_id = row["workspace_id"].as<std::string>();
      attempt.platform = row["platform"].as<std::string>();
      const crypto::Envelope envelope = EnvelopeOf(row);
      rows.push_back({attempt.attempt_id, OwnerOf(attempt, envelope.row_version), envelope});
    }
    return rows;
  }

  int64_t SwapWraps(pqxx::work& tx, const std::vector<SealedRow>& read,
                    const std::vector<crypto::Envelope>& rewrapped) const override {
    std::vector<std::string> ids, wraps, new_key_ids, new_wraps;
    std::vector<int64_t> versions;
    for (size_t i = 0; i < read.size(); ++i) {
      ids.push_back(read[i].row_id);
      versions.push_back(read[i].envelope.row_version);
      wraps.push_back(read[i].envelope.wrapped_key);
      new_key_ids.push_back(rewrapped[i].key_id);
      new_wraps.push_back(rewrapped[i].wrapped_key);
    }
    return static_cast<int64_t>(
        tx.exec_params(kSwapWraps, postgres::ToArray(ids), postgres::ToArray(versions),
                       postgres::ToByteaArray(wraps), postgres::ToArray(new_key_ids),
                       postgres::ToByteaArray(new_wraps))
            .affected_rows());
  }

  absl::StatusOr<bool> Reencrypt(pqxx::work& tx, const Sealer& sealer,
                                 const SealedRow& read) const override {
    ASSIGN_OR_RETURN(const SecretFields fields, sealer.Open(read.owner, read.envelope));
    if (tx.exec_params(kLockUnwritten, read.row_id, read.envelope.row_version).empty()) {
      return false;
    }
    const auto attempt = LockAttempt(tx, read.row_id);
    RETURN_IF_ERROR(PutAttemptSecret(tx, sealer, *attempt, fields));
    return true;
  }
};

}  // namespace

void InsertAttempt(pqxx::work& tx, const OAuthAttempt& attempt, const std::string& state_hash) {
  tx.exec_params(kInsert, attempt.attempt_id, postgres::ToBytea(state_hash),
                 static_cast<int>(attempt.phase), static_cast<int>(attempt.grant),
                 attempt.workspace_id, attempt.platform, attempt.account_ref, attempt.replace,
                 attempt.redirect_uri, static_cast<int>(attempt.landing), attempt.landing_target,
                 attempt.created_by.kind, attempt.created_by.name,
                 postgres::ToSql(attempt.expires_at));
}

std::optional<OAuthAttempt> TakeAttempt(pqxx::work& tx, const std::string& state_hash) {
  return One(tx.exec_params(std::string(kTake) + kColumns, postgres::ToBytea(state_hash)));
}

std::optional<OAuthAttempt> LockAttempt(pqxx::work& tx, const std::string& attempt_id) {
  return One(tx.exec_params(Selecting(kLockOne), attempt_id));
}

std::optional<OAuthAttempt> FindAttempt(pqxx::work& tx, const std::string& workspace_id,
                                        const std::string& attempt_id) {
  return One(tx.exec_params(Selecting(kOfWorkspace), workspace_id, attempt_id));
}

void UpdateAttempt(pqxx::work& tx, const OAuthAttempt& attempt) {
  tx.exec_params(kUpdate, attempt.attempt_id, static_cast<int>(attempt.phase),
                 postgres::ToSql(attempt.expires_at), JoinScopes(attempt.scopes),
                 postgres::ToSql(attempt.tokens_obtained_at),
                 postgres::ToSql(attempt.tokens_expire_at), attempt.credential_id,
                 attempt.failure_reason, attempt.failure_text);
}

absl::Status PutAttemptSecret(pqxx::work& tx, const Sealer& sealer, const OAuthAttempt& attempt,
                              const SecretFields& fields) {
  const auto row_version =
      tx.exec_params1(kNextWrite, attempt.attempt_id)["row_version"].as<int64_t>();
  ASSIGN_OR_RETURN(const crypto::Envelope envelope,
                   sealer.Seal(OwnerOf(attempt, row_version), fields, Retention::kPersistent));
  RETURN_IF_ERROR(HoldKey(tx, envelope.key_id));
  tx.exec_params(kPutSecret, attempt.attempt_id, envelope.version, envelope.key_id,
                 postgres::ToBytea(envelope.wrapped_key), postgres::ToBytea(envelope.ciphertext));
  return absl::OkStatus();
}

absl::StatusOr<SecretFields> OpenAttemptSecret(pqxx::work& tx, const Sealer& sealer,
                                               const OAuthAttempt& attempt) {
  const pqxx::result rows = tx.exec_params(kFindSecret, attempt.attempt_id);
  if (rows.empty()) {
    return Error(absl::StatusCode::kDataLoss, "CREDENTIAL_UNREADABLE", "the attempt has no secret");
  }
  const crypto::Envelope envelope = EnvelopeOf(rows[0]);
  return sealer.Open(OwnerOf(attempt, envelope.row_version), envelope);
}

void DestroyAttemptSecret(pqxx::work& tx, const std::string& attempt_id) {
  tx.exec_params(kDestroySecret, attempt_id);
}

std::vector<OAuthAttempt> LockExpiredAttempts(pqxx::work& tx, Timestamp now, int limit) {
  std::vector<OAuthAttempt> expired;
  for (const pqxx::row& row : tx.exec_params(Selecting(kExpired), postgres::ToSql(now), limit)) {
    expired.push_back(FromRow(row));
  }
  return expired;
}

void DeleteAttemptsBefore(pqxx::work& tx, Timestamp expired_before) {
  tx.exec_params(kDeleteBefore, postgres::ToSql(expired_before));
}

const SealedRows& OAuthAttemptSecrets() {
  static const AttemptRows rows;
  return rows;
}

}  // namespace callimport::credential_manager

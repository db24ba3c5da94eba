#include "services/credential-manager/storage/credentials_table.h"

#include "libs/common/errors.h"
#include "libs/postgres/prepared.h"
#include "libs/postgres/values.h"
#include "services/credential-manager/storage/oauth_tokens_table.h"

namespace callimport::credential_manager {
namespace {

constexpr char kNoUuid[] = "00000000-0000-0000-0000-000000000000";

constexpr char kInsert[] = R"sql(
  INSERT INTO import_credentials (credential_id, workspace_id, platform, credential_type, retention,
                                  account_ref, account_name, account_email, created_by_kind,
                                  created_by_name)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10))sql";

constexpr char kUpdate[] = R"sql(
  UPDATE import_credentials
  SET credential_type = $2, retention = greatest(retention, $3), account_name = $4,
      account_email = $5, is_valid = true, refusal_reason = '', expires_at = NULL,
      last_verified_at = now(), updated_at = now()
  WHERE credential_id = $1)sql";

constexpr char kForgetPublicFields[] =
    "DELETE FROM credential_public_fields WHERE credential_id = $1";

constexpr char kInsertPublicField[] =
    "INSERT INTO credential_public_fields (credential_id, name, value) VALUES ($1, $2, $3)";

constexpr char kFindAccount[] = R"sql(
  SELECT credential_id FROM import_credentials
  WHERE workspace_id = $1 AND platform = $2 AND account_ref = $3 AND deleted_at IS NULL)sql";

constexpr char kSelect[] = R"sql(
  SELECT credential_id, workspace_id, platform, credential_type, retention, account_ref,
         account_name, account_email, is_valid, refusal_reason, expires_at, last_verified_at,
         created_by_kind, created_by_name, created_at, updated_at
  FROM import_credentials
  WHERE deleted_at IS NULL)sql";

constexpr char kSelectPublicFields[] = R"sql(
  SELECT credential_id, name, value FROM credential_public_fields
  WHERE credential_id = any($1::uuid[]))sql";

constexpr char kMarkVerified[] = R"sql(
  UPDATE import_credentials
  SET is_valid = $3, refusal_reason = $4, updated_at = now(),
      last_verified_at = CASE WHEN $3 THEN now() ELSE last_verified_at END,
      account_name = coalesce(nullif($5, ''), account_name),
      account_email = coalesce(nullif($6, ''), account_email)
  WHERE workspace_id = $1 AND credential_id = $2 AND deleted_at IS NULL)sql";

constexpr char kSetExpiry[] = R"sql(
  UPDATE import_credentials SET expires_at = $2::timestamptz, updated_at = now()
  WHERE credential_id = $1)sql";

constexpr char kSetPublicField[] = R"sql(
  INSERT INTO credential_public_fields (credential_id, name, value) VALUES ($1, $2, $3)
  ON CONFLICT (credential_id, name) DO UPDATE SET value = excluded.value)sql";

constexpr char kMarkDeleted[] = R"sql(
  UPDATE import_credentials SET deleted_at = now(), updated_at = now(), is_valid = false
  WHERE workspace_id = $1 AND credential_id = $2 AND deleted_at IS NULL)sql";

constexpr char kHasTombstone[] = R"sql(
  SELECT FROM import_credentials
  WHERE workspace_id = $1 AND credential_id = $2 AND deleted_at IS NOT NULL)sql";

void InsertPublicFields(pqxx::work& tx, const std::string& credential_id, const Fields& fields) {
  for (const auto& [name, value] : fields) {
    tx.exec_params(kInsertPublicField, credential_id, name, value);
  }
}

Credential FromRow(const pqxx::row& row) {
  return {.credential_id = row["credential_id"].as<std::string>(),
          .workspace_id = row["workspace_id"].as<std::string>(),
          .platform = row["platform"].as<std::string>(),
          .type = static_cast<CredentialType>(row["credential_type"].as<int>()),
          .retention = static_cast<Retention>(row["retention"].as<int>()),
          .account_ref = row["account_ref"].as<std::string>(),
          .account_name = row["account_name"].as<std::string>(),
          .account_email = row["account_email"].as<std::string>(),
          .public_fields = {},
          .is_valid = row["is_valid"].as<bool>(),
          .refusal_reason = row["refusal_reason"].as<std::string>(),
          .expires_at = postgres::NullableTime(row["expires_at"]),
          .last_verified_at = postgres::NullableTime(row["last_verified_at"]),
          .created_at = postgres::TimeFromSql(row["created_at"]),
          .updated_at = postgres::TimeFromSql(row["updated_at"]),
          .created_by = {.kind = row["created_by_kind"].as<int>(),
                         .name = row["created_by_name"].as<std::string>()},
          .tokens = std::nullopt};
}

std::vector<Credential> WithPublicFields(pqxx::work& tx, const pqxx::result& rows) {
  std::vector<Credential> credentials;
  std::vector<std::string> ids;
  std::map<std::string, size_t> places;
  std::vector<std::string> with_tokens;
  for (const pqxx::row& row : rows) {
    const Credential& credential = credentials.emplace_back(FromRow(row));
    places[credential.credential_id] = ids.size();
    ids.push_back(credential.credential_id);
    if (credential.type == CredentialType::kOAuth) with_tokens.push_back(credential.credential_id);
  }
  if (ids.empty()) return credentials;
  for (const pqxx::row& field : postgres::ExecPrepared(
           tx, "find_public_fields", kSelectPublicFields, postgres::ToArray(ids))) {
    credentials[places.at(field["credential_id"].as<std::string>())]
        .public_fields[field["name"].as<std::string>()] = field["value"].as<std::string>();
  }
  if (with_tokens.empty()) return credentials;
  for (auto& [id, facts] : FindTokenFacts(tx, with_tokens)) {
    credentials[places.at(id)].tokens = std::move(facts);
  }
  return credentials;
}

}  // namespace

absl::Status CredentialNotFound(const std::string& credential_id) {
  return Error(absl::StatusCode::kNotFound, "CREDENTIAL_NOT_FOUND",
               "no credential " + credential_id);
}

void InsertCredential(pqxx::work& tx, const std::string& credential_id,
                      const NewCredential& credential) {
  tx.exec_params(kInsert, credential_id, credential.workspace_id, credential.platform,
                 static_cast<int>(credential.type), static_cast<int>(credential.retention),
                 credential.account_ref, credential.account_name, credential.account_email,
                 credential.created_by.kind, credential.created_by.name);
  InsertPublicFields(tx, credential_id, credential.public_fields);
}

void UpdateCredential(pqxx::work& tx, const std::string& credential_id,
                      const NewCredential& credential) {
  tx.exec_params(kUpdate, credential_id, static_cast<int>(credential.type),
                 static_cast<int>(credential.retention), credential.account_name,
                 credential.account_email);
  tx.exec_params(kForgetPublicFields, credential_id);
  InsertPublicFields(tx, credential_id, credential.public_fields);
}

std::optional<std::string> FindAccount(pqxx::work& tx, const NewCredential& credential) {
  const pqxx::result rows = tx.exec_params(kFindAccount, credential.workspace_id,
                                           credential.platform, credential.account_ref);
  if (rows.empty()) return std::nullopt;
  return rows[0]["credential_id"].as<std::string>();
}

std::optional<Credential> FindCredential(pqxx::work& tx, const std::string& workspace_id,
                                         const std::string& credential_id) {
  const auto found = WithPublicFields(
      tx, tx.exec_params(std::string(kSelect) + " AND workspace_id = $1 AND credential_id = $2",
                         workspace_id, credential_id));
  if (found.empty()) return std::nullopt;
  return found.front();
}

std::map<std::string, Credential> FindCredentials(pqxx::work& tx,
                                                  const std::vector<std::string>& ids) {
  std::map<std::string, Credential> found;
  for (Credential& credential : WithPublicFields(
           tx, postgres::ExecPrepared(tx, "find_credentials",
                                      std::string(kSelect) + " AND credential_id = any($1::uuid[])",
                                      postgres::ToArray(ids)))) {
    const std::string id = credential.credential_id;
    found.emplace(id, std::move(credential));
  }
  return found;
}

std::vector<Credential> ListCredentials(pqxx::work& tx, const std::string& workspace_id,
                                        const std::string& after_id, int limit) {
  return WithPublicFields(
      tx, tx.exec_params(
              std::string(kSelect) +
                  " AND workspace_id = $1 AND credential_id > $2 ORDER BY credential_id LIMIT $3",
              workspace_id, after_id.empty() ? kNoUuid : after_id, limit));
}

bool MarkVerified(pqxx::work& tx, const std::string& workspace_id, const std::string& credential_id,
                  const Verdict& verdict) {
  return tx.exec_params(kMarkVerified, workspace_id, credential_id, verdict.accepted,
                        verdict.accepted ? "" : verdict.reason, verdict.account_name,
                        verdict.account_email)
             .affected_rows() > 0;
}

void SetExpiry(pqxx::work& tx, const std::string& credential_id,
               const std::optional<Timestamp>& expires_at) {
  tx.exec_params(kSetExpiry, credential_id, postgres::ToSql(expires_at));
}

void SetPublicField(pqxx::work& tx, const std::string& credential_id, const std::string& name,
                    const std::string& value) {
  tx.exec_params(kSetPublicField, credential_id, name, value);
}

bool MarkDeleted(pqxx::work& tx, const std::string& workspace_id,
                 const std::string& credential_id) {
  return tx.exec_params(kMarkDeleted, workspace_id, credential_id).affected_rows() > 0;
}

bool HasTombstone(pqxx::work& tx, const std::string& workspace_id,
                  const std::string& credential_id) {
  return !tx.exec_params(kHasTombstone, workspace_id, credential_id).empty();
}

}  // namespace callimport::credential_manager

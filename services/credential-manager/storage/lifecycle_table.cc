#include "services/credential-manager/storage/lifecycle_table.h"

#include "libs/postgres/values.h"

namespace callimport::credential_manager {
namespace {

constexpr char kLock[] = R"sql(
  SELECT FROM import_credentials
  WHERE workspace_id = $1 AND credential_id = $2 AND deleted_at IS NULL FOR UPDATE)sql";

constexpr char kPutRelease[] = R"sql(
  INSERT INTO credential_releases (credential_id, job_id, shred_due_at) VALUES ($1, $2, $3)
  ON CONFLICT (credential_id, job_id) DO UPDATE
  SET shred_due_at = greatest(credential_releases.shred_due_at, excluded.shred_due_at))sql";

constexpr char kTakeBack[] =
    "DELETE FROM credential_releases WHERE credential_id = $1 AND job_id = $2";

constexpr char kListReleases[] =
    "SELECT job_id FROM credential_releases WHERE credential_id = $1 ORDER BY job_id";

constexpr char kResetDue[] = R"sql(
  UPDATE import_credentials
  SET shred_due_at = (SELECT max(r.shred_due_at) FROM credential_releases r
                      WHERE r.credential_id = $1)
  WHERE credential_id = $1 RETURNING shred_due_at)sql";

constexpr char kPromote[] = R"sql(
  UPDATE import_credentials SET retention = $2, shred_due_at = NULL, updated_at = now()
  WHERE credential_id = $1)sql";

constexpr char kListToShred[] = R"sql(
  SELECT credential_id FROM import_credentials
  WHERE shredded_at IS NULL AND (deleted_at IS NOT NULL OR shred_due_at <= $1)
  ORDER BY credential_id LIMIT $2)sql";

// A tombstone from here on; shred_due_at tells that it was not deleted by people.
constexpr char kBegin[] = R"sql(
  UPDATE import_credentials
  SET deleted_at = coalesce(deleted_at, $2), is_valid = false, updated_at = now()
  WHERE credential_id = $1 AND shredded_at IS NULL
    AND (deleted_at IS NOT NULL OR shred_due_at <= $2)
  RETURNING workspace_id)sql";

constexpr char kFind[] = R"sql(
  SELECT credential_id, workspace_id, platform, credential_type, retention, account_ref,
         created_at, fingerprint, shredded_at IS NOT NULL AS shredded,
         coalesce(deleted_at < shred_due_at, true) AS deleted
  FROM import_credentials WHERE workspace_id = $1 AND credential_id = $2)sql";

constexpr char kMarkShredded[] =
    "UPDATE import_credentials SET shredded_at = $2 WHERE credential_id = $1";

constexpr char kPutReceipt[] = R"sql(
  INSERT INTO shred_receipts (credential_id, statement, signature, public_key)
  VALUES ($1, $2, $3::bytea, $4::bytea))sql";

constexpr char kFindReceipt[] = R"sql(
  SELECT r.statement, r.signature, r.public_key
  FROM shred_receipts r JOIN import_credentials c USING (credential_id)
  WHERE c.workspace_id = $1 AND credential_id = $2)sql";

// A credential that is not known here may be of another database: its key stays.
constexpr char kWithoutNeed[] = R"sql(
  SELECT c.credential_id FROM import_credentials c
  LEFT JOIN credential_secrets s USING (credential_id)
  WHERE c.credential_id = any($1::uuid[])
    AND (c.shredded_at IS NOT NULL OR (s.credential_id IS NOT NULL AND s.epoch_key_id = '')))sql";

constexpr char kNoUuid[] = "00000000-0000-0000-0000-000000000000";

constexpr char kListLive[] = R"sql(
  SELECT credential_id, workspace_id, platform, credential_type, retention, account_ref, is_valid
  FROM import_credentials WHERE deleted_at IS NULL AND credential_id > $1::uuid
  ORDER BY credential_id LIMIT $2)sql";

// What a summary shows.
Credential SummaryFrom(const pqxx::row& row) {
  Credential credential;
  credential.credential_id = row["credential_id"].as<std::string>();
  credential.workspace_id = row["workspace_id"].as<std::string>();
  credential.platform = row["platform"].as<std::string>();
  credential.type = static_cast<CredentialType>(row["credential_type"].as<int>());
  credential.retention = static_cast<Retention>(row["retention"].as<int>());
  credential.account_ref = row["account_ref"].as<std::string>();
  return credential;
}

std::vector<std::string> FirstColumn(const pqxx::result& rows) {
  std::vector<std::string> values;
  for (const pqxx::row& row : rows) values.push_back(row[0].as<std::string>());
  return values;
}

}  // namespace

bool LockCredential(pqxx::work& tx, const std::string& workspace_id,
                    const std::string& credential_id) {
  return !tx.exec_params(kLock, workspace_id, credential_id).empty();
}

void PutRelease(pqxx::work& tx, const std::string& credential_id, const std::string& job_id,
                Timestamp shred_due_at) {
  tx.exec_params(kPutRelease, credential_id, job_id, postgres::ToSql(shred_due_at));
}

void TakeReleaseBack(pqxx::work& tx, const std::string& credential_id, const std::string& job_id) {
  tx.exec_params(kTakeBack, credential_id, job_id);
}

std::vector<std::string> ListReleases(pqxx::work& tx, const std::string& credential_id) {
  return FirstColumn(tx.exec_params(kListReleases, credential_id));
}

std::optional<Timestamp> ResetShredDue(pqxx::work& tx, const std::string& credential_id) {
  const pqxx::row row = tx.exec_params1(kResetDue, credential_id);
  if (row[0].is_null()) return std::nullopt;
  return postgres::TimeFromSql(row[0]);
}

void MarkPromoted(pqxx::work& tx, const std::string& credential_id) {
  tx.exec_params(kPromote, credential_id, static_cast<int>(Retention::kPersistent));
}

std::vector<std::string> ListToShred(pqxx::work& tx, Timestamp now, int limit) {
  return FirstColumn(tx.exec_params(kListToShred, postgres::ToSql(now), limit));
}

std::optional<EndingCredential> BeginShredding(pqxx::work& tx, const std::string& credential_id,
                                               Timestamp now) {
  const pqxx::result rows = tx.exec_params(kBegin, credential_id, postgres::ToSql(now));
  if (rows.empty()) return std::nullopt;
  return FindEnding(tx, rows[0]["workspace_id"].as<std::string>(), credential_id);
}

std::optional<EndingCredential> FindEnding(pqxx::work& tx, const std::string& workspace_id,
                                           const std::string& credential_id) {
  const pqxx::result rows = tx.exec_params(kFind, workspace_id, credential_id);
  if (rows.empty()) return std::nullopt;
  EndingCredential ending;
  ending.credential = SummaryFrom(rows[0]);
  ending.credential.is_valid = false;
  ending.credential.created_at = postgres::TimeFromSql(rows[0]["created_at"]);
  ending.fingerprint = postgres::FromBytea(rows[0]["fingerprint"]);
  ending.deleted = rows[0]["deleted"].as<bool>();
  ending.shredded = rows[0]["shredded"].as<bool>();
  return ending;
}

void MarkShredded(pqxx::work& tx, const std::string& credential_id, Timestamp now) {
  tx.exec_params(kMarkShredded, credential_id, postgres::ToSql(now));
}

void PutReceipt(pqxx::work& tx, const std::string& credential_id, const SignedReceipt& receipt) {
  tx.exec_params(kPutReceipt, credential_id, receipt.statement,
                 postgres::ToBytea(receipt.signature), postgres::ToBytea(receipt.public_key));
}

std::optional<SignedReceipt> FindReceipt(pqxx::work& tx, const std::string& workspace_id,
                                         const std::string& credential_id) {
  const pqxx::result rows = tx.exec_params(kFindReceipt, workspace_id, credential_id);
  if (rows.empty()) return std::nullopt;
  return SignedReceipt{.statement = rows[0]["statement"].as<std::string>(),
                       .signature = postgres::FromBytea(rows[0]["signature"]),
                       .public_key = postgres::FromBytea(rows[0]["public_key"])};
}

std::vector<std::string> WithoutNeedOfEpochKey(pqxx::work& tx,
                                               const std::vector<std::string>& credential_ids) {
  return FirstColumn(tx.exec_params(kWithoutNeed, postgres::ToArray(credential_ids)));
}

std::vector<Credential> ListLiveCredentials(pqxx::work& tx, const std::string& after_id,
                                            int limit) {
  std::vector<Credential> credentials;
  for (const pqxx::row& row :
       tx.exec_params(kListLive, after_id.empty() ? kNoUuid : after_id, limit)) {
    credentials.push_back(SummaryFrom(row));
    credentials.back().is_valid = row["is_valid"].as<bool>();
  }
  return credentials;
}

}  // namespace callimport::credential_manager

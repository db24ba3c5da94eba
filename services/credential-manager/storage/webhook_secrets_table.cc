#include "services/credential-manager/storage/webhook_secrets_table.h"

#include "libs/common/status_macros.h"
#include "libs/postgres/values.h"
#include "services/credential-manager/storage/encryption_keys_table.h"

namespace callimport::credential_manager {
namespace {

constexpr char kField[] = "secret";
constexpr char kNoUuid[] = "00000000-0000-0000-0000-000000000000";

constexpr char kInsert[] = R"sql(
  INSERT INTO webhook_secrets (webhook_secret_id, workspace_id, platform, source, request_id,
                               created_at, row_version, key_id, envelope)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::bytea))sql";

constexpr char kSelect[] = R"sql(
  SELECT webhook_secret_id, workspace_id, platform, source, created_at, last_used_at, retired_at,
         row_version, envelope
  FROM webhook_secrets s WHERE )sql";

constexpr char kMarkUsed[] = R"sql(
  UPDATE webhook_secrets
  SET first_used_at = coalesce(first_used_at, $2::timestamptz),
      last_used_at = greatest(last_used_at, $2::timestamptz)
  WHERE webhook_secret_id = $1 AND retired_at IS NULL)sql";

constexpr char kRetire[] = R"sql(
  UPDATE webhook_secrets SET retired_at = $2, key_id = '', envelope = ''
  WHERE webhook_secret_id = $1 AND retired_at IS NULL)sql";

constexpr char kReplaced[] = R"sql(
  retired_at IS NULL AND greatest(coalesce(last_used_at, created_at), created_at) < $1
  AND EXISTS (SELECT FROM webhook_secrets n
              WHERE n.workspace_id = s.workspace_id AND n.platform = s.platform
                AND n.source = s.source AND n.retired_at IS NULL
                AND (n.created_at, n.webhook_secret_id) > (s.created_at, s.webhook_secret_id)
                AND n.first_used_at < $1)
  ORDER BY webhook_secret_id LIMIT $2)sql";

constexpr char kCountByKey[] = R"sql(
  SELECT key_id, count(*) AS rows FROM webhook_secrets WHERE retired_at IS NULL GROUP BY key_id)sql";

constexpr char kCountLeft[] = R"sql(
  SELECT count(*) FROM webhook_secrets
  WHERE retired_at IS NULL AND (key_id <> $1 OR sealed_at < $2::timestamptz))sql";

constexpr char kLeft[] = R"sql(
  retired_at IS NULL AND (key_id <> $1 OR sealed_at < $2::timestamptz)
  AND webhook_secret_id > $3::uuid ORDER BY webhook_secret_id LIMIT $4)sql";

constexpr char kSwap[] = R"sql(
  UPDATE webhook_secrets s SET key_id = n.new_key_id, envelope = n.new_envelope
  FROM unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::text[], $5::bytea[])
    AS n (webhook_secret_id, row_version, envelope, new_key_id, new_envelope)
  WHERE s.webhook_secret_id = n.webhook_secret_id AND s.row_version = n.row_version
    AND s.envelope = n.envelope)sql";

constexpr char kReseal[] = R"sql(
  UPDATE webhook_secrets
  SET row_version = $3, key_id = $4, envelope = $5::bytea, sealed_at = now()
  WHERE webhook_secret_id = $1 AND row_version = $2 AND retired_at IS NULL)sql";

WebhookSecretRow FromRow(const pqxx::row& row) {
  WebhookSecretRow read;
  read.facts = {.webhook_secret_id = row["webhook_secret_id"].as<std::string>(),
                .source = {.workspace_id = row["workspace_id"].as<std::string>(),
                           .platform = row["platform"].as<std::string>(),
                           .name = row["source"].as<std::string>()},
                .created_at = postgres::TimeFromSql(row["created_at"]),
                .last_used_at = postgres::NullableTime(row["last_used_at"]),
                .retired_at = postgres::NullableTime(row["retired_at"])};
  // One that does not parse stays an envelope that nothing opens.
  auto envelope = crypto::ParseEnvelope(postgres::FromBytea(row["envelope"]));
  if (envelope.ok()) read.envelope = *std::move(envelope);
  read.envelope.row_version = row["row_version"].as<int64_t>();
  return read;
}

std::optional<WebhookSecretRow> First(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  return FromRow(rows[0]);
}

class Rows final : public SealedRows {
 public:
  std::map<std::string, int64_t> CountByKey(pqxx::work& tx) const override {
    return CountsByKey(tx.exec(kCountByKey));
  }

  int64_t CountLeft(pqxx::work& tx, const RotationTarget& target) const override {
    return tx.exec_params1(kCountLeft, target.to_key_id, postgres::ToSql(target.sealed_before))[0]
        .as<int64_t>();
  }

  std::vector<SealedRow> ReadLeft(pqxx::work& tx, const RotationTarget& target,
                                  const std::string& after_id, int limit) const override {
    std::vector<SealedRow> rows;
    for (const pqxx::row& row : tx.exec_params(std::string(kSelect) + kLeft, target.to_key_id,
                                               postgres::ToSql(target.sealed_before),
                                               after_id.empty() ? kNoUuid : after_id, limit)) {
      WebhookSecretRow read = FromRow(row);
      rows.push_back({.row_id = read.facts.webhook_secret_id,
                      .owner = OwnerOf(read.facts),
                      .envelope = std::move(read.envelope)});
    }
    return rows;
  }

  int64_t SwapWraps(pqxx::work& tx, const std::vector<SealedRow>& read,
                    const std::vector<crypto::Envelope>& rewrapped) const override {
    std::vector<std::string> ids, envelopes, new_key_ids, new_envelopes;
    std::vector<int64_t> versions;
    for (size_t i = 0; i < read.size(); ++i) {
      ids.push_back(read[i].row_id);
      versions.push_back(read[i].envelope.row_version);
      envelopes.push_back(crypto::SerializeEnvelope(read[i].envelope));
      new_key_ids.push_back(rewrapped[i].key_id);
      new_envelopes.push_back(crypto::SerializeEnvelope(rewrapped[i]));
    }
    return static_cast<int64_t>(
        tx.exec_params(kSwap, postgres::ToArray(ids), postgres::ToArray(versions),
                       postgres::ToByteaArray(envelopes), postgres::ToArray(new_key_ids),
                       postgres::ToByteaArray(new_envelopes))
            .affected_rows());
  }

  absl::StatusOr<bool> Reencrypt(pqxx::work& tx, const Sealer& sealer,
                                 const SealedRow& read) const override {
    ASSIGN_OR_RETURN(const SecretFields fields, sealer.Open(read.owner, read.envelope));
    SealedFor next = read.owner;
    next.row_version = read.envelope.row_version + 1;
    ASSIGN_OR_RETURN(const crypto::Envelope envelope,
                     sealer.Seal(next, fields, Retention::kPersistent));
    RETURN_IF_ERROR(HoldKey(tx, envelope.key_id));
    return tx.exec_params(kReseal, read.row_id, read.envelope.row_version, next.row_version,
                          envelope.key_id, postgres::ToBytea(crypto::SerializeEnvelope(envelope)))
               .affected_rows() > 0;
  }
};

}  // namespace

SealedFor OwnerOf(const WebhookSecret& secret) {
  return {.workspace_id = secret.source.workspace_id,
          .platform = secret.source.platform,
          // Never the same as a credential's.
          .credential_id = "webhook/" + secret.webhook_secret_id};
}

absl::Status InsertWebhookSecret(pqxx::work& tx, const Sealer& sealer, const WebhookSecret& secret,
                                 const std::string& request_id, const Secret& text) {
  SealedFor owner = OwnerOf(secret);
  owner.row_version = 1;
  ASSIGN_OR_RETURN(const crypto::Envelope envelope,
                   sealer.Seal(owner, {{kField, text}}, Retention::kPersistent));
  RETURN_IF_ERROR(HoldKey(tx, envelope.key_id));
  tx.exec_params(kInsert, secret.webhook_secret_id, secret.source.workspace_id,
                 secret.source.platform, secret.source.name, request_id,
                 postgres::ToSql(secret.created_at), owner.row_version, envelope.key_id,
                 postgres::ToBytea(crypto::SerializeEnvelope(envelope)));
  return absl::OkStatus();
}

std::optional<WebhookSecretRow> FindByRequest(pqxx::work& tx, const std::string& workspace_id,
                                              const std::string& request_id) {
  return First(tx.exec_params(std::string(kSelect) + "workspace_id = $1 AND request_id = $2",
                              workspace_id, request_id));
}

std::optional<WebhookSecretRow> FindWebhookSecret(pqxx::work& tx, const std::string& workspace_id,
                                                  const std::string& webhook_secret_id) {
  return First(tx.exec_params(
      std::string(kSelect) + "workspace_id = $1 AND webhook_secret_id = $2 FOR UPDATE",
      workspace_id, webhook_secret_id));
}

std::vector<WebhookSecretRow> ListLiveSecrets(pqxx::work& tx, const WebhookSource& source) {
  std::vector<WebhookSecretRow> live;
  for (const pqxx::row& row : tx.exec_params(
           std::string(kSelect) +
               "workspace_id = $1 AND platform = $2 AND source = $3 AND retired_at IS NULL"
               " ORDER BY created_at DESC, webhook_secret_id DESC",
           source.workspace_id, source.platform, source.name)) {
    live.push_back(FromRow(row));
  }
  return live;
}

void MarkUsed(pqxx::work& tx, const std::string& webhook_secret_id, Timestamp now) {
  tx.exec_params(kMarkUsed, webhook_secret_id, postgres::ToSql(now));
}

bool Retire(pqxx::work& tx, const std::string& webhook_secret_id, Timestamp now) {
  return tx.exec_params(kRetire, webhook_secret_id, postgres::ToSql(now)).affected_rows() > 0;
}

std::vector<WebhookSecret> ListReplaced(pqxx::work& tx, Timestamp quiet_since, int limit) {
  std::vector<WebhookSecret> replaced;
  for (const pqxx::row& row :
       tx.exec_params(std::string(kSelect) + kReplaced, postgres::ToSql(quiet_since), limit)) {
    replaced.push_back(FromRow(row).facts);
  }
  return replaced;
}

const SealedRows& WebhookSecretRows() {
  static const Rows rows;
  return rows;
}

}  // namespace callimport::credential_manager

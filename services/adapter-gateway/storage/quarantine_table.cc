#include "services/adapter-gateway/storage/quarantine_table.h"

#include "libs/common/ids.h"
#include "libs/postgres/values.h"

namespace callimport::adapter_gateway {
namespace {

// In the order of the digests, so that two listings of one account never wait in a circle.
constexpr char kInsert[] = R"sql(
  INSERT INTO quarantine (record_id, workspace_id, credential_id, platform, record_kind,
                          source_call_id, reason, raw, raw_sha256, raw_bytes)
  SELECT record.id, $1, $2, $3, record.kind, record.source_id, record.reason, record.raw,
         record.digest, record.bytes
  FROM unnest($4::uuid[], $5::int[], $6::text[], $7::text[], $8::bytea[], $9::bytea[],
              $10::bigint[]) AS record (id, kind, source_id, reason, raw, digest, bytes)
  WHERE (SELECT count(*) FROM quarantine WHERE workspace_id = $1 AND credential_id = $2) < $11
  ORDER BY record.digest
  ON CONFLICT (workspace_id, credential_id, raw_sha256) DO UPDATE
  SET last_seen_at = now(), reason = excluded.reason, source_call_id = excluded.source_call_id
  RETURNING record_id, raw_sha256)sql";

constexpr char kList[] = R"sql(
  SELECT record_id, workspace_id, credential_id, platform, record_kind, source_call_id, reason,
         ''::bytea AS raw, raw_sha256, raw_bytes, first_seen_at, last_seen_at
  FROM quarantine
  WHERE workspace_id = $1 AND ($2 = '' OR credential_id = $2)
    AND ($3::uuid IS NULL OR record_id < $3)
  ORDER BY record_id DESC LIMIT $4)sql";

constexpr char kRead[] = R"sql(
  SELECT record_id, workspace_id, credential_id, platform, record_kind, source_call_id, reason,
         raw, raw_sha256, raw_bytes, first_seen_at, last_seen_at
  FROM quarantine
  WHERE workspace_id = $1 AND credential_id = $2 AND ($3::uuid IS NULL OR record_id > $3)
    AND raw <> ''
  ORDER BY record_id LIMIT $4)sql";

constexpr char kFind[] = R"sql(
  SELECT record_id, workspace_id, credential_id, platform, record_kind, source_call_id, reason,
         raw, raw_sha256, raw_bytes, first_seen_at, last_seen_at
  FROM quarantine WHERE workspace_id = $1 AND record_id = $2)sql";

constexpr char kDelete[] = R"sql(
  DELETE FROM quarantine WHERE workspace_id = $1 AND record_id = ANY ($2::uuid[]))sql";

constexpr char kDeleteOf[] = R"sql(
  DELETE FROM quarantine WHERE workspace_id = $1 AND credential_id = $2)sql";

constexpr char kForget[] = R"sql(
  DELETE FROM quarantine WHERE last_seen_at < now() - $1 * interval '1 hour')sql";

constexpr char kSources[] = R"sql(
  SELECT DISTINCT workspace_id, credential_id, platform FROM quarantine)sql";

std::optional<std::string> OrNull(const std::string& id) {
  return id.empty() ? std::nullopt : std::optional(id);
}

RecordSource SourceFrom(const pqxx::row& row) {
  return {.workspace_id = row["workspace_id"].as<std::string>(),
          .credential_id = row["credential_id"].as<std::string>(),
          .platform = row["platform"].as<std::string>()};
}

UnreadableRecord RecordFrom(const pqxx::row& row) {
  return {.record_id = row["record_id"].as<std::string>(),
          .source = SourceFrom(row),
          .kind = static_cast<common::v1::RecordKind>(row["record_kind"].as<int>()),
          .source_call_id = row["source_call_id"].as<std::string>(),
          .reason = row["reason"].as<std::string>(),
          .raw = postgres::FromBytea(row["raw"]),
          .raw_sha256 = postgres::FromBytea(row["raw_sha256"]),
          .raw_bytes = row["raw_bytes"].as<int64_t>(),
          .first_seen = postgres::TimeFromSql(row["first_seen_at"]),
          .last_seen = postgres::TimeFromSql(row["last_seen_at"])};
}

std::vector<UnreadableRecord> RecordsFrom(const pqxx::result& rows) {
  std::vector<UnreadableRecord> records;
  records.reserve(rows.size());
  for (const pqxx::row& row : rows) records.push_back(RecordFrom(row));
  return records;
}

int64_t Affected(const pqxx::result& result) {
  return static_cast<int64_t>(result.affected_rows());
}

// The columns of kInsert.
struct Columns {
  explicit Columns(const std::vector<UnreadableRecord>& records) {
    for (auto* column : {&ids, &source_ids, &reasons, &raws, &digests}) {
      column->reserve(records.size());
    }
    for (auto* column : {&kinds, &bytes}) column->reserve(records.size());
    for (const UnreadableRecord& record : records) {
      ids.push_back(NewUuid());
      kinds.push_back(record.kind);
      source_ids.push_back(record.source_call_id);
      reasons.push_back(record.reason);
      raws.push_back(record.raw);
      digests.push_back(record.raw_sha256);
      bytes.push_back(record.raw_bytes);
    }
  }
  std::vector<std::string> ids;
  std::vector<int64_t> kinds;
  std::vector<std::string> source_ids;
  std::vector<std::string> reasons;
  std::vector<std::string> raws;
  std::vector<std::string> digests;
  std::vector<int64_t> bytes;
};

}  // namespace

std::map<std::string, std::string> InsertUnreadable(pqxx::work& tx, const RecordSource& source,
                                                    const std::vector<UnreadableRecord>& records,
                                                    int64_t most) {
  const Columns columns(records);
  std::map<std::string, std::string> ids;
  for (const pqxx::row& row :
       tx.exec_params(kInsert, source.workspace_id, source.credential_id, source.platform,
                      postgres::ToArray(columns.ids), postgres::ToArray(columns.kinds),
                      postgres::ToArray(columns.source_ids), postgres::ToArray(columns.reasons),
                      postgres::ToByteaArray(columns.raws), postgres::ToByteaArray(columns.digests),
                      postgres::ToArray(columns.bytes), most)) {
    ids[postgres::FromBytea(row["raw_sha256"])] = row["record_id"].as<std::string>();
  }
  return ids;
}

std::vector<UnreadableRecord> ListUnreadable(pqxx::work& tx, const QuarantineList& list) {
  return RecordsFrom(tx.exec_params(kList, list.workspace_id, list.credential_id,
                                    OrNull(list.before_record_id), list.limit));
}

std::vector<UnreadableRecord> ReadUnreadable(pqxx::work& tx, const RecordSource& source,
                                             const std::string& after, int limit) {
  return RecordsFrom(
      tx.exec_params(kRead, source.workspace_id, source.credential_id, OrNull(after), limit));
}

std::optional<UnreadableRecord> FindUnreadable(pqxx::work& tx, const std::string& workspace_id,
                                               const std::string& record_id) {
  const pqxx::result rows = tx.exec_params(kFind, workspace_id, record_id);
  if (rows.empty()) return std::nullopt;
  return RecordFrom(rows.front());
}

int64_t DeleteUnreadable(pqxx::work& tx, const std::string& workspace_id,
                         const std::vector<std::string>& record_ids) {
  return Affected(tx.exec_params(kDelete, workspace_id, postgres::ToArray(record_ids)));
}

int64_t DeleteUnreadableOf(pqxx::work& tx, const RecordSource& source) {
  return Affected(tx.exec_params(kDeleteOf, source.workspace_id, source.credential_id));
}

int64_t ForgetUnreadable(pqxx::work& tx, std::chrono::hours age) {
  return Affected(tx.exec_params(kForget, age.count()));
}

std::vector<RecordSource> ListSources(pqxx::work& tx) {
  const pqxx::result rows = tx.exec(kSources);
  std::vector<RecordSource> sources;
  sources.reserve(rows.size());
  for (const pqxx::row& row : rows) sources.push_back(SourceFrom(row));
  return sources;
}

}  // namespace callimport::adapter_gateway

#include "services/job-scheduler/storage/source_records_table.h"

#include "absl/strings/str_cat.h"
#include "libs/crypto/id_key.h"
#include "libs/postgres/values.h"

namespace callimport::job_scheduler {
namespace {

// The records come as one value with the length of each, as in job_calls.
constexpr char kStore[] = R"sql(
  WITH told AS MATERIALIZED (
    SELECT kind, source_id, parent, substring($6::bytea FROM start FOR size) AS record
    FROM unnest($4::int[], $5::text[], $7::text[], $8::int[], $9::int[])
      AS told (kind, source_id, parent, size, start)),
  kept AS (
    INSERT INTO source_records (workspace_id, platform, record_kind, source_id, parent_source_id,
                                job_id, record)
    SELECT $1, $2, kind, source_id, parent, $3::uuid, record FROM told
    ORDER BY kind, source_id
    ON CONFLICT DO NOTHING)
  INSERT INTO job_records (job_id, record_kind, source_id)
  SELECT $3::uuid, kind, source_id FROM told
  ON CONFLICT DO NOTHING
  RETURNING record_kind)sql";

// Those that no other job of the workspace has met.
constexpr char kOwn[] = R"sql(
  FROM source_records AS own WHERE job_id = $1 AND NOT EXISTS (
    SELECT FROM import_jobs AS other JOIN job_records AS met USING (job_id)
    WHERE other.workspace_id = own.workspace_id AND other.platform = own.platform
      AND other.job_id <> $1 AND met.record_kind = own.record_kind
      AND met.source_id = own.source_id))sql";

constexpr char kUnlink[] = "DELETE FROM job_records WHERE job_id = $1";

struct Columns {
  std::vector<int64_t> kinds;
  std::vector<std::string> ids;
  std::vector<std::string> parents;
  std::vector<int64_t> sizes;
  std::vector<int64_t> starts;
  std::string bytes;

  void Add(const common::v1::CallRecord& record) {
    const size_t start = bytes.size();
    record.AppendToString(&bytes);
    kinds.push_back(record.kind());
    ids.push_back(crypto::KeyOfId(record.source_call_id()));
    parents.push_back(crypto::KeyOfId(record.parent_source_id()));
    sizes.push_back(static_cast<int64_t>(bytes.size() - start));
    starts.push_back(static_cast<int64_t>(start) + 1);
  }
};

}  // namespace

std::map<common::v1::RecordKind, int64_t> StoreRecords(
    pqxx::work& tx, const ImportJob& job,
    const std::vector<const common::v1::CallRecord*>& records) {
  std::map<common::v1::RecordKind, int64_t> met;
  if (records.empty()) return met;
  Columns columns;
  for (const common::v1::CallRecord* record : records) columns.Add(*record);
  for (const pqxx::row& row :
       tx.exec_params(kStore, job.workspace_id, job.platform, job.job_id,
                      postgres::ToArray(columns.kinds), postgres::ToArray(columns.ids),
                      pqxx::binarystring(columns.bytes), postgres::ToArray(columns.parents),
                      postgres::ToArray(columns.sizes), postgres::ToArray(columns.starts))) {
    ++met[static_cast<common::v1::RecordKind>(row[0].as<int>())];
  }
  return met;
}

int64_t CountRecords(pqxx::work& tx, const std::string& job_id) {
  return tx.exec_params1(absl::StrCat("SELECT count(*) ", kOwn), job_id)[0].as<int64_t>();
}

int64_t DeleteRecords(pqxx::work& tx, const std::string& job_id) {
  tx.exec_params(kUnlink, job_id);
  return static_cast<int64_t>(
      tx.exec_params(absl::StrCat("DELETE ", kOwn), job_id).affected_rows());
}

}  // namespace callimport::job_scheduler

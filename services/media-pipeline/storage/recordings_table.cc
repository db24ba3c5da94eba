#include "services/media-pipeline/storage/recordings_table.h"

#include "libs/postgres/values.h"
#include "services/media-pipeline/storage/columns.h"

namespace callimport::media_pipeline {
namespace {

StoredRecording ReadRecording(const pqxx::row& row) {
  return {.object_key = row["object_key"].as<std::string>(),
          .sha256 = postgres::FromBytea(row["sha256"]),
          .size_bytes = row["size_bytes"].as<int64_t>(),
          .content_type = row["content_type"].as<std::string>(),
          .duration = MillisecondsFrom(row["duration_ms"])};
}

constexpr char kInsertRecordings[] = R"sql(
  INSERT INTO recordings (call_id, workspace_id, object_key, sha256, size_bytes, content_type,
                          duration_ms)
  SELECT call, workspace, key, hash, size, type, duration
  FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::bigint[], $6::text[],
              $7::bigint[]) AS new (call, workspace, key, hash, size, type, duration)
  ON CONFLICT (call_id) DO UPDATE
  SET object_key = excluded.object_key, sha256 = excluded.sha256,
      size_bytes = excluded.size_bytes, content_type = excluded.content_type,
      duration_ms = excluded.duration_ms, stored_at = excluded.stored_at
  WHERE recordings.sha256 <> excluded.sha256)sql";

constexpr char kFindRecordings[] = R"sql(
  SELECT call_id, object_key, sha256, size_bytes, content_type, duration_ms
  FROM recordings WHERE call_id = ANY($1::text[]))sql";

constexpr char kInsertUpload[] = R"sql(
  INSERT INTO uploads (workspace_id, sha256, object_key, size_bytes, content_type, duration_ms)
  VALUES ($1, $2::bytea, $3, $4, $5, $6)
  ON CONFLICT (workspace_id, sha256) DO NOTHING)sql";

constexpr char kFindUpload[] = R"sql(
  SELECT object_key, sha256, size_bytes, content_type, duration_ms
  FROM uploads WHERE workspace_id = $1 AND sha256 = $2::bytea)sql";

constexpr char kFindObjectsInUse[] = R"sql(
  SELECT object_key FROM recordings WHERE object_key = ANY($1::text[])
  UNION
  SELECT object_key FROM uploads WHERE object_key = ANY($1::text[]))sql";

}  // namespace

void InsertRecordings(pqxx::work& tx, const std::vector<RecordingOfCall>& recordings) {
  if (recordings.empty()) return;
  std::vector<std::string> call_ids, workspaces, keys, hashes, types;
  std::vector<int64_t> sizes;
  std::vector<std::optional<std::string>> durations;
  for (const RecordingOfCall& row : recordings) {
    call_ids.push_back(row.call_id);
    workspaces.push_back(row.workspace_id);
    keys.push_back(row.recording.object_key);
    hashes.push_back(row.recording.sha256);
    sizes.push_back(row.recording.size_bytes);
    types.push_back(row.recording.content_type);
    durations.push_back(Milliseconds(row.recording.duration));
  }
  tx.exec_params(kInsertRecordings, postgres::ToArray(call_ids), postgres::ToArray(workspaces),
                 postgres::ToArray(keys), postgres::ToByteaArray(hashes), postgres::ToArray(sizes),
                 postgres::ToArray(types), postgres::ToArray(durations));
}

std::map<std::string, StoredRecording> FindRecordings(pqxx::work& tx,
                                                      const std::vector<std::string>& call_ids) {
  std::map<std::string, StoredRecording> recordings;
  for (const pqxx::row& row : tx.exec_params(kFindRecordings, postgres::ToArray(call_ids))) {
    recordings.emplace(row["call_id"].as<std::string>(), ReadRecording(row));
  }
  return recordings;
}

void InsertUpload(pqxx::work& tx, const std::string& workspace_id,
                  const StoredRecording& recording) {
  tx.exec_params(kInsertUpload, workspace_id, postgres::ToBytea(recording.sha256),
                 recording.object_key, recording.size_bytes, recording.content_type,
                 Milliseconds(recording.duration));
}

std::optional<StoredRecording> FindUpload(pqxx::work& tx, const std::string& workspace_id,
                                          const std::string& sha256) {
  const pqxx::result rows = tx.exec_params(kFindUpload, workspace_id, postgres::ToBytea(sha256));
  if (rows.empty()) return std::nullopt;
  return ReadRecording(rows.front());
}

std::vector<std::string> FindObjectsInUse(pqxx::work& tx, const std::vector<std::string>& keys) {
  std::vector<std::string> used;
  for (const pqxx::row& row : tx.exec_params(kFindObjectsInUse, postgres::ToArray(keys))) {
    used.push_back(row["object_key"].as<std::string>());
  }
  return used;
}

}  // namespace callimport::media_pipeline

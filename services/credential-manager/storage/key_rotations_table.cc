#include "services/credential-manager/storage/key_rotations_table.h"

#include "libs/postgres/values.h"

namespace callimport::credential_manager {
namespace {

constexpr char kSelect[] = R"sql(
  SELECT rotation_id, to_key_id, reencrypt, started_at, started_by, rewrapped, unreadable,
         finished_at, superseded
  FROM key_rotations WHERE )sql";

constexpr char kInsert[] = R"sql(
  INSERT INTO key_rotations (rotation_id, to_key_id, reencrypt, started_by)
  VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING)sql";

constexpr char kAddRows[] =
    "UPDATE key_rotations SET rewrapped = rewrapped + $2 WHERE rotation_id = $1";

constexpr char kFinish[] = R"sql(
  UPDATE key_rotations SET finished_at = now(), unreadable = $2, superseded = $3
  WHERE rotation_id = $1 AND finished_at IS NULL)sql";

std::optional<KeyRotation> FromRows(const pqxx::result& rows) {
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];
  KeyRotation rotation{.rotation_id = row["rotation_id"].as<std::string>(),
                       .to_key_id = row["to_key_id"].as<std::string>(),
                       .reencrypt = row["reencrypt"].as<bool>(),
                       .started_at = postgres::TimeFromSql(row["started_at"]),
                       .started_by = row["started_by"].as<std::string>(),
                       .rows_done = row["rewrapped"].as<int64_t>(),
                       .rows_unreadable = row["unreadable"].as<int64_t>(),
                       .finished_at = {},
                       .superseded = row["superseded"].as<bool>()};
  if (!row["finished_at"].is_null()) {
    rotation.finished_at = postgres::TimeFromSql(row["finished_at"]);
  }
  return rotation;
}

}  // namespace

std::optional<KeyRotation> FindRunningRotation(pqxx::work& tx) {
  return FromRows(tx.exec(std::string(kSelect) + "finished_at IS NULL"));
}

std::optional<KeyRotation> FindRotation(pqxx::work& tx, const std::string& rotation_id) {
  return FromRows(tx.exec_params(std::string(kSelect) + "rotation_id = $1", rotation_id));
}

bool InsertRotation(pqxx::work& tx, const std::string& rotation_id, const std::string& to_key_id,
                    bool reencrypt, const std::string& started_by) {
  return tx.exec_params(kInsert, rotation_id, to_key_id, reencrypt, started_by).affected_rows() > 0;
}

void AddRowsDone(pqxx::work& tx, const std::string& rotation_id, int64_t rows) {
  tx.exec_params(kAddRows, rotation_id, rows);
}

bool FinishRotation(pqxx::work& tx, const std::string& rotation_id, int64_t unreadable,
                    bool superseded) {
  return tx.exec_params(kFinish, rotation_id, unreadable, superseded).affected_rows() > 0;
}

}  // namespace callimport::credential_manager

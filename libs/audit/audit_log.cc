#include "libs/audit/audit_log.h"

#include <stdexcept>
#include <utility>

#include "libs/postgres/prepared.h"
#include "libs/postgres/values.h"

namespace callimport::audit {
namespace {

using postgres::ExecPrepared;
using postgres::FromBytea;
using postgres::ToArray;
using postgres::ToByteaArray;

// One array for each column, for one statement.
struct Columns {
  std::vector<std::string> workspace_ids, object_ids, actions, actors, correlation_ids, details;
  std::vector<std::string> before_digests, after_digests, hashes;

  void Add(const Record& record) {
    workspace_ids.push_back(record.entry.workspace_id);
    object_ids.push_back(record.entry.object_id);
    actions.push_back(record.entry.action);
    actors.push_back(record.entry.actor);
    correlation_ids.push_back(record.entry.correlation_id);
    details.push_back(record.entry.detail);
    before_digests.push_back(record.entry.before_digest);
    after_digests.push_back(record.entry.after_digest);
    hashes.push_back(record.hash);
  }
};

// Integers are exact where a time in text would depend on the session.
Timestamp TimeOfMicros(const pqxx::field& field) {
  return Timestamp(std::chrono::microseconds(field.as<int64_t>()));
}

Record FromRow(const pqxx::row& row) {
  return {.sequence = row["sequence"].as<int64_t>(),
          .written_at = TimeOfMicros(row["written_micros"]),
          .entry = {.workspace_id = row["workspace_id"].as<std::string>(),
                    .object_id = row["object_id"].as<std::string>(),
                    .action = row["action"].as<std::string>(),
                    .actor = row["actor"].as<std::string>(),
                    .correlation_id = row["correlation_id"].as<std::string>(),
                    .detail = row["detail"].as<std::string>(),
                    .before_digest = FromBytea(row["before_digest"]),
                    .after_digest = FromBytea(row["after_digest"])},
          .previous_hash = FromBytea(row["previous_hash"]),
          .hash = FromBytea(row["hash"])};
}

std::vector<Record> FromRows(const pqxx::result& rows) {
  std::vector<Record> records;
  records.reserve(rows.size());
  for (const pqxx::row& row : rows) records.push_back(FromRow(row));
  return records;
}

std::optional<std::string> GivenText(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<std::string> GivenTime(const std::optional<Timestamp>& time) {
  return time ? std::optional(postgres::ToSql(*time)) : std::nullopt;
}

}  // namespace

AuditLog::AuditLog(AuditTable table) : table_(std::move(table)) {}

Head AuditLog::Append(pqxx::transaction_base& tx, const std::vector<Entry>& entries) const {
  const pqxx::result heads = ExecPrepared(
      tx, table_.name + "_lock_head",
      "SELECT sequence, hash, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS micros"
      " FROM " +
          table_.name + "_head FOR UPDATE");
  if (heads.size() != 1) throw std::runtime_error("the audit log has no head");
  const pqxx::row locked = heads[0];
  Head head{.sequence = locked["sequence"].as<int64_t>(), .hash = FromBytea(locked["hash"])};
  if (entries.empty()) return head;

  const Head former = head;
  const Timestamp now = TimeOfMicros(locked["micros"]);
  Columns columns;
  for (const Entry& entry : entries) {
    Record record{.sequence = head.sequence + 1,
                  .written_at = now,
                  .entry = entry,
                  .previous_hash = head.hash,
                  .hash = {}};
    record.hash = HashOf(record);
    columns.Add(record);
    head = {.sequence = record.sequence, .hash = std::move(record.hash)};
  }

  const pqxx::result appended = ExecPrepared(
      tx, table_.name + "_append",
      "WITH appended AS (INSERT INTO " + table_.name + " (sequence, written_at, workspace_id, " +
          table_.object_column +
          ", action, actor, correlation_id, detail, before_digest, after_digest, previous_hash,"
          " hash)"
          " SELECT $1::bigint + place, $2::timestamptz, workspace_id, object_id, action, actor,"
          " correlation_id, detail, before_digest, after_digest,"
          " coalesce(lag(hash) OVER (ORDER BY place), $3::bytea), hash"
          " FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],"
          " $10::bytea[], $11::bytea[], $12::bytea[]) WITH ORDINALITY AS added (workspace_id,"
          " object_id, action, actor, correlation_id, detail, before_digest, after_digest, hash,"
          " place))"
          " UPDATE " +
          table_.name + "_head SET sequence = $13, hash = $14::bytea",
      former.sequence, postgres::ToSql(now), postgres::ToBytea(former.hash),
      ToArray(columns.workspace_ids), ToArray(columns.object_ids), ToArray(columns.actions),
      ToArray(columns.actors), ToArray(columns.correlation_ids), ToArray(columns.details),
      ToByteaArray(columns.before_digests), ToByteaArray(columns.after_digests),
      ToByteaArray(columns.hashes), head.sequence, postgres::ToBytea(head.hash));
  if (appended.affected_rows() != 1) throw std::runtime_error("the audit log has no head");
  return head;
}

Head AuditLog::ReadHead(pqxx::transaction_base& tx) const {
  const pqxx::row row = tx.exec1("SELECT sequence, hash FROM " + table_.name + "_head");
  return {.sequence = row["sequence"].as<int64_t>(), .hash = FromBytea(row["hash"])};
}

int64_t AuditLog::NewestSequence(pqxx::transaction_base& tx) const {
  return tx.exec1("SELECT coalesce(max(sequence), 0) FROM " + table_.name)[0].as<int64_t>();
}

std::string AuditLog::Select() const {
  return "SELECT sequence, (extract(epoch FROM written_at) * 1000000)::bigint AS written_micros,"
         " workspace_id, " +
         table_.object_column +
         " AS object_id, action, actor, correlation_id, detail, before_digest, after_digest,"
         " previous_hash, hash FROM " +
         table_.name;
}

std::vector<Record> AuditLog::ReadAfter(pqxx::transaction_base& tx, int64_t sequence,
                                        int limit) const {
  return FromRows(tx.exec_params(Select() + " WHERE sequence > $1 ORDER BY sequence LIMIT $2",
                                 sequence, limit));
}

std::vector<Record> AuditLog::List(pqxx::transaction_base& tx, const Filter& filter, Order order,
                                   int64_t after, int limit) const {
  const bool newest_first = order == Order::kNewestFirst;
  return FromRows(tx.exec_params(
      Select() + " WHERE ($1::text IS NULL OR workspace_id = $1) AND ($2::text IS NULL OR " +
          table_.object_column +
          " = $2) AND ($3::text IS NULL OR action = $3)"
          " AND ($4::timestamptz IS NULL OR written_at >= $4)"
          " AND ($5::timestamptz IS NULL OR written_at < $5)"
          " AND ($6::bigint = 0 OR sequence " +
          (newest_first ? "<" : ">") + " $6) ORDER BY sequence " + (newest_first ? "DESC" : "ASC") +
          " LIMIT $7",
      GivenText(filter.workspace_id), GivenText(filter.object_id), GivenText(filter.action),
      GivenTime(filter.from), GivenTime(filter.until), after, limit));
}

int64_t AuditLog::FollowerOf(pqxx::transaction_base& tx, const std::string& hash) const {
  const pqxx::result rows = tx.exec_params(
      "SELECT sequence FROM " + table_.name + " WHERE previous_hash = $1::bytea LIMIT 1",
      postgres::ToBytea(hash));
  return rows.empty() ? 0 : rows[0]["sequence"].as<int64_t>();
}

}  // namespace callimport::audit

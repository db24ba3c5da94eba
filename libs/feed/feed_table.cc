#include "libs/feed/feed_table.h"

#include <utility>

#include "libs/postgres/values.h"

namespace callimport::feed {
namespace {

// Held until the commit: revisions become visible in the order they were given.
constexpr char kLock[] =
    "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.' || $1, 0))";

}  // namespace

FeedTable::FeedTable(std::string table) : table_(std::move(table)) {}

int64_t FeedTable::Append(pqxx::transaction_base& tx, const std::string& subject,
                          const std::string& body) const {
  return Append(tx, {{.revision = 0, .subject = subject, .body = body}});
}

int64_t FeedTable::Append(pqxx::transaction_base& tx, const std::vector<Entry>& entries) const {
  tx.exec_params(kLock, table_);
  std::vector<std::string> subjects;
  std::vector<std::string> bodies;
  for (const Entry& entry : entries) {
    subjects.push_back(entry.subject);
    bodies.push_back(entry.body);
  }
  // The newest entry is never deleted, so the greatest revision only rises.
  const pqxx::row row = tx.exec_params1(
      "WITH newest AS (SELECT coalesce(max(revision), 0) AS revision FROM " + table_ +
          "), appended AS (INSERT INTO " + table_ +
          " (revision, subject, body)"
          " SELECT newest.revision + added.place, added.subject, added.body FROM newest,"
          " unnest($1::text[], $2::bytea[]) WITH ORDINALITY AS added (subject, body, place)"
          " RETURNING revision)"
          " SELECT coalesce(max(appended.revision), (SELECT revision FROM newest)) FROM appended",
      postgres::ToArray(subjects), postgres::ToByteaArray(bodies));
  return row[0].as<int64_t>();
}

std::vector<Entry> FeedTable::ReadAfter(pqxx::transaction_base& tx, int64_t revision,
                                        int limit) const {
  std::vector<Entry> entries;
  for (const pqxx::row& row : tx.exec_params("SELECT revision, subject, body FROM " + table_ +
                                                 " WHERE revision > $1 ORDER BY revision LIMIT $2",
                                             revision, limit)) {
    entries.push_back({.revision = row["revision"].as<int64_t>(),
                       .subject = row["subject"].as<std::string>(),
                       .body = postgres::FromBytea(row["body"])});
  }
  return entries;
}

int64_t FeedTable::NewestRevision(pqxx::transaction_base& tx) const {
  return tx.exec1("SELECT coalesce(max(revision), 0) FROM " + table_)[0].as<int64_t>();
}

bool FeedTable::Reaches(pqxx::transaction_base& tx, int64_t revision) const {
  const pqxx::row row =
      tx.exec1("SELECT coalesce(min(revision), 1), coalesce(max(revision), 0) FROM " + table_);
  return revision >= row[0].as<int64_t>() - 1 && revision <= row[1].as<int64_t>();
}

int64_t FeedTable::DeleteOlderThan(pqxx::transaction_base& tx, std::chrono::seconds age) const {
  return static_cast<int64_t>(
      tx.exec_params("DELETE FROM " + table_ +
                         " WHERE appended_at < now() - $1 * interval '1 second'"
                         " AND revision < (SELECT max(revision) FROM " +
                         table_ + ")",
                     age.count())
          .affected_rows());
}

}  // namespace callimport::feed

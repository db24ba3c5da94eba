// A feed: facts in commit order, which a reader can follow from any revision without missing one.
//
// A sequence alone would not do: it numbers rows when they are inserted, not when they become
// visible. So appending takes a transaction-scoped advisory lock first. Append last in a
// transaction; from there to the commit other appends to the same feed wait.
//
//   CREATE TABLE job_events (
//     revision bigint PRIMARY KEY,
//     subject text NOT NULL,       -- what the fact is about
//     body bytea NOT NULL,         -- a serialized message
//     appended_at timestamptz NOT NULL DEFAULT now());
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace callimport::feed {

struct Entry {
  int64_t revision = 0;
  std::string subject;
  std::string body;
};

class FeedTable {
 public:
  // The table's name, without schema.
  explicit FeedTable(std::string table);

  // Joins the caller's transaction. Returns the revision of the last entry.
  int64_t Append(pqxx::transaction_base& tx, const std::string& subject,
                 const std::string& body) const;
  int64_t Append(pqxx::transaction_base& tx, const std::vector<Entry>& entries) const;

  // In order of revision.
  std::vector<Entry> ReadAfter(pqxx::transaction_base& tx, int64_t revision, int limit) const;

  // 0 when the feed has never had an entry.
  int64_t NewestRevision(pqxx::transaction_base& tx) const;

  // Whether everything after `revision` is still there.
  bool Reaches(pqxx::transaction_base& tx, int64_t revision) const;

  // Forgets entries older than that, but never the newest. Returns how many.
  int64_t DeleteOlderThan(pqxx::transaction_base& tx, std::chrono::seconds age) const;

 private:
  std::string table_;
};

}  // namespace callimport::feed

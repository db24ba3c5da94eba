// An append-only log in a table: who did what, each row tied to the one before by its hash.
//
// Appending joins the caller's transaction, so neither the act nor its record exists without the
// other. The head row stays locked from the append to the commit, which numbers records without
// gaps over all replicas: append last, and do nothing slow between it and the commit.
//
//   CREATE TABLE audit_log (
//     sequence bigint PRIMARY KEY,
//     written_at timestamptz NOT NULL,
//     workspace_id text NOT NULL,
//     object_id text NOT NULL,      -- or as AuditTable says
//     action text NOT NULL,
//     actor text NOT NULL,
//     correlation_id text NOT NULL,
//     detail text NOT NULL,
//     before_digest bytea NOT NULL,
//     after_digest bytea NOT NULL,
//     previous_hash bytea NOT NULL,
//     hash bytea NOT NULL);
//   CREATE TABLE audit_log_head (sequence bigint NOT NULL, hash bytea NOT NULL);  -- one row
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "libs/audit/entry.h"

namespace callimport::audit {

struct AuditTable {
  // Without schema. Its head is kept in NAME_head.
  std::string name = "audit_log";
  std::string object_column = "object_id";
};

struct Filter {
  // Empty: any.
  std::string workspace_id = {};
  std::string object_id = {};
  std::string action = {};
  // From the one until before the other.
  std::optional<Timestamp> from = {};
  std::optional<Timestamp> until = {};
};

enum class Order { kNewestFirst, kOldestFirst };

class AuditLog {
 public:
  explicit AuditLog(AuditTable table);

  // In the order given. Returns the head afterwards, once the transaction commits.
  Head Append(pqxx::transaction_base& tx, const std::vector<Entry>& entries) const;

  // As committed; does not wait for appends under way.
  Head ReadHead(pqxx::transaction_base& tx) const;

  // The greatest sequence there is; 0 when the log is empty.
  int64_t NewestSequence(pqxx::transaction_base& tx) const;

  // In order of sequence.
  std::vector<Record> ReadAfter(pqxx::transaction_base& tx, int64_t sequence, int limit) const;

  // What comes after the record with sequence `after` in this order; after 0, from the beginning.
  std::vector<Record> List(pqxx::transaction_base& tx, const Filter& filter, Order order,
                           int64_t after, int limit) const;

  // Where the record stands that names this hash as the one before; 0 when nowhere. May read the
  // whole table.
  int64_t FollowerOf(pqxx::transaction_base& tx, const std::string& hash) const;

  const std::string& name() const { return table_.name; }

 private:
  std::string Select() const;

  AuditTable table_;
};

}  // namespace callimport::audit

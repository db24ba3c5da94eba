// A log on a database of its own, and ways to tamper with it as only a superuser can.
#pragma once

#include <string>
#include <vector>

#include "libs/audit/audit_log.h"
#include "libs/postgres/transact.h"
#include "libs/postgres/values.h"
#include "libs/testing/postgres_fixture.h"

namespace callimport::audit {

inline const std::vector<postgres::Migration>& LogMigrations() {
  static const std::vector<postgres::Migration> migrations = {{"0001_audit_log", R"sql(
    CREATE TABLE audit_log (
      sequence bigint PRIMARY KEY,
      written_at timestamptz NOT NULL,
      workspace_id text NOT NULL,
      object_id text NOT NULL,
      action text NOT NULL,
      actor text NOT NULL,
      correlation_id text NOT NULL,
      detail text NOT NULL,
      before_digest bytea NOT NULL,
      after_digest bytea NOT NULL,
      previous_hash bytea NOT NULL,
      hash bytea NOT NULL);
    CREATE TABLE audit_log_head (sequence bigint NOT NULL, hash bytea NOT NULL);
    INSERT INTO audit_log_head VALUES (0, decode(repeat('00', 32), 'hex')))sql"}};
  return migrations;
}

class AuditLogTest : public callimport::testing::PostgresTest {
 protected:
  AuditLogTest() : PostgresTest("audited", LogMigrations()) {}

  static Entry Lease(const std::string& object, const std::string& workspace = "acme") {
    return {.workspace_id = workspace,
            .object_id = object,
            .action = "lease",
            .actor = "service/adapter-gateway",
            .correlation_id = "r1",
            .detail = "a \"quoted\\\" one"};
  }

  // Objects "1" to "N", each in a transaction of its own.
  void AppendMany(int count) {
    for (int i = 1; i <= count; ++i) ASSERT_TRUE(Append({Lease(std::to_string(i))}).ok());
  }

  absl::StatusOr<Head> Append(const std::vector<Entry>& entries) {
    return postgres::Transact(pool(), [&](pqxx::work& tx) { return log_.Append(tx, entries); });
  }

  Head ReadHead() {
    return *postgres::Transact(pool(), [&](pqxx::work& tx) { return log_.ReadHead(tx); });
  }

  std::vector<Record> All() {
    return *postgres::Transact(pool(),
                               [&](pqxx::work& tx) { return log_.ReadAfter(tx, 0, 10'000); });
  }

  void Tamper(const std::string& sql) {
    const absl::Status done = postgres::Transact(pool(), [&](pqxx::work& tx) { tx.exec(sql); });
    ASSERT_TRUE(done.ok()) << done;
  }

  const AuditLog log_{AuditTable{}};
};

}  // namespace callimport::audit

#include "services/credential-manager/storage/audit_table.h"

#include "libs/audit/verifier.h"
#include "libs/common/ids.h"
#include "libs/crypto/random.h"
#include "libs/postgres/transact.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/credential-manager/storage/credential_store.h"

namespace callimport::credential_manager {
namespace {

using callimport::testing::HasCode;
using callimport::testing::IsOk;

// How the release before chains wrote.
constexpr char kOldInsert[] = R"sql(
  INSERT INTO audit_log (workspace_id, credential_id, action, actor, correlation_id, detail)
  VALUES ('acme', 'c0ffee00-0000-4000-8000-000000000000', 'lease', 'service/adapter-gateway',
          'r1', 'vor der Änderung'))sql";

audit::Verdict Verified(postgres::Pool& pool) {
  return *audit::Verify(pool, CredentialAuditLog(), nullptr,
                        [](int64_t, int64_t) { return absl::OkStatus(); });
}

absl::Status Execute(postgres::Pool& pool, const std::string& sql) {
  return postgres::Transact(pool, [&](pqxx::work& tx) { tx.exec(sql); });
}

class AuditMigrationTest : public callimport::testing::PostgresTest {
 protected:
  AuditMigrationTest() : PostgresTest("credential_manager_before", {}) {}
};

TEST_F(AuditMigrationTest, RowsOfBeforeAreChainedInTheirOrder) {
  ASSERT_THAT(postgres::Migrate(pool(), {Migrations().front()}), IsOk());
  for (int i = 0; i < 5; ++i) ASSERT_THAT(Execute(pool(), kOldInsert), IsOk());
  ASSERT_THAT(Execute(pool(), "DELETE FROM audit_log WHERE entry_id = 2"), IsOk());

  ASSERT_THAT(postgres::Migrate(pool(), Migrations()), IsOk());

  const audit::Verdict verdict = Verified(pool());
  EXPECT_FALSE(verdict.problem) << verdict.problem->text;
  EXPECT_EQ(verdict.records_checked, 4);
}

class AuditTableTest : public callimport::testing::PostgresTest {
 protected:
  AuditTableTest() : PostgresTest("credential_manager", Migrations()) {}

  static NewCredential Gong() {
    NewCredential credential;
    credential.request_id = NewUuid();
    credential.workspace_id = "acme";
    credential.platform = "gong";
    credential.account_ref = "default";
    credential.secret_fields = {{"access_key", Secret("key")}};
    return credential;
  }

  std::vector<audit::Record> Records() {
    return *postgres::Transact(
        pool(), [&](pqxx::work& tx) { return CredentialAuditLog().ReadAfter(tx, 0, 100); });
  }

  const Sealer sealer_{crypto::Keyset{"k1", {{"k1", Secret(crypto::RandomBytes(32))}}}};
  CredentialStore store_{pool(), sealer_};
  const AuditContext context_{"SUPPORT/dana", "correlation-1"};
};

TEST_F(AuditTableTest, AReplicaOfTheReleaseBeforeWritesIntoTheSameChain) {
  ASSERT_THAT(store_.Store(Gong(), context_), IsOk());
  ASSERT_THAT(Execute(pool(), kOldInsert), IsOk());
  NewCredential second = Gong();
  second.account_ref = "second";
  ASSERT_THAT(store_.Store(second, context_), IsOk());

  const audit::Verdict verdict = Verified(pool());

  EXPECT_FALSE(verdict.problem) << verdict.problem->text;
  EXPECT_EQ(verdict.records_checked, 3);
}

TEST_F(AuditTableTest, NoStatementChangesARow) {
  ASSERT_THAT(store_.Store(Gong(), context_), IsOk());

  for (const char* sql :
       {"UPDATE audit_log SET actor = 'nobody'", "DELETE FROM audit_log", "TRUNCATE audit_log",
        "DELETE FROM audit_log_head", "UPDATE audit_log_head SET sequence = 0"}) {
    const absl::Status refused = Execute(pool(), sql);
    EXPECT_THAT(refused, HasCode(absl::StatusCode::kInternal)) << sql;
    EXPECT_THAT(std::string(refused.message()), ::testing::HasSubstr("append-only")) << sql;
  }
  EXPECT_FALSE(Verified(pool()).problem);
}

TEST_F(AuditTableTest, WhereNothingCanBeAuditedNothingIsDone) {
  const auto stored = store_.Store(Gong(), context_);
  ASSERT_THAT(Execute(pool(),
                      "ALTER TABLE audit_log ADD CHECK (action NOT IN"
                      " ('lease', 'verify', 'delete', 'store')) NOT VALID"),
              IsOk());
  NewCredential replacement = Gong();
  replacement.replace = true;
  const std::string& id = stored->credential_id;

  EXPECT_THAT(store_.Lease("acme", id, context_), HasCode(absl::StatusCode::kInternal));
  EXPECT_THAT(store_.RecordVerification("acme", id, {.reason = "INVALID_KEY"}, context_),
              HasCode(absl::StatusCode::kInternal));
  EXPECT_THAT(store_.Store(replacement, context_), HasCode(absl::StatusCode::kInternal));
  EXPECT_THAT(store_.Delete("acme", id, context_), HasCode(absl::StatusCode::kInternal));

  const auto untouched = store_.Find("acme", id);
  ASSERT_THAT(untouched, IsOk());
  EXPECT_TRUE(untouched->is_valid);
  EXPECT_EQ(untouched->updated_at, stored->updated_at);
  EXPECT_EQ(Records().size(), 1u);
}

TEST_F(AuditTableTest, AChangeNamesTheStateBeforeAndAfter) {
  const auto stored = store_.Store(Gong(), context_);
  NewCredential replacement = Gong();
  replacement.replace = true;
  ASSERT_THAT(store_.Store(replacement, context_), IsOk());
  ASSERT_THAT(store_.Lease("acme", stored->credential_id, context_), IsOk());
  ASSERT_THAT(
      store_.RecordVerification("acme", stored->credential_id, {.reason = "GONE"}, context_),
      IsOk());
  ASSERT_THAT(store_.Delete("acme", stored->credential_id, context_), IsOk());

  const auto records = Records();

  ASSERT_EQ(records.size(), 5u);
  const auto& [created, replaced, leased, verified, deleted] = std::tie(
      records[0].entry, records[1].entry, records[2].entry, records[3].entry, records[4].entry);
  EXPECT_EQ(created.before_digest, "");
  EXPECT_EQ(created.after_digest.size(), 32u);
  EXPECT_EQ(replaced.before_digest, created.after_digest);
  EXPECT_NE(replaced.after_digest, replaced.before_digest);
  EXPECT_EQ(leased.before_digest + leased.after_digest, "");
  EXPECT_EQ(verified.before_digest, replaced.after_digest);
  EXPECT_NE(verified.after_digest, verified.before_digest);
  EXPECT_EQ(deleted.before_digest, verified.after_digest);
  EXPECT_EQ(deleted.after_digest, "");
  EXPECT_EQ(created.actor, "SUPPORT/dana");
  EXPECT_EQ(created.correlation_id, "correlation-1");
}

}  // namespace
}  // namespace callimport::credential_manager

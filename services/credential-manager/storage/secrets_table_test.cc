// What a hand at the database can and cannot make of sealed rows.
#include "services/credential-manager/storage/secrets_table.h"

#include "libs/common/ids.h"
#include "libs/crypto/hex.h"
#include "libs/crypto/random.h"
#include "libs/postgres/transact.h"
#include "libs/postgres/values.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/credential-manager/storage/credential_store.h"

namespace callimport::credential_manager {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;

// Node's crypto.createCipheriv("aes-256-gcm"), see legacy_seal_test.cc.
constexpr char kLegacyKey[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr char kLegacyTriple[] =
    R"({"iv":"a0a1a2a3a4a5a6a7a8a9aaabacadaeaf","authTag":"cc753d7cce18e8a206c8c979ee15ec59","data":"518142df7ba8be059cf57ac8cf2eaffce722221a07193ac984304694785645e27fe2b908f0aae0ce8b6a42c76c608dd269f90e01a660d901ba1b0f11ce11c58d55bcd42e2aa9c718edff603a19c6c4df9e4b8a837b7bb7d498"})";

class SecretsTableTest : public callimport::testing::PostgresTest {
 protected:
  SecretsTableTest() : PostgresTest("credential_manager", Migrations()) {}

  std::string StoreOne(const std::string& workspace, const std::string& key, bool replace = false) {
    NewCredential credential;
    credential.request_id = NewUuid();
    credential.workspace_id = workspace;
    credential.platform = "gong";
    credential.account_ref = "default";
    credential.secret_fields = {{"access_key", Secret(key)}};
    credential.replace = replace;
    credential.created_by = {.kind = 1, .name = "dana"};
    const auto stored = store_.Store(credential, context_);
    EXPECT_THAT(stored, IsOk());
    return stored->credential_id;
  }

  void Sql(const std::string& statement) {
    ASSERT_THAT(postgres::Transact(pool(), [&](pqxx::work& tx) { tx.exec(statement); }), IsOk());
  }

  std::string One(const std::string& query) {
    return *postgres::Transact(
        pool(), [&](pqxx::work& tx) { return tx.exec1(query)[0].as<std::string>(); });
  }

  const Sealer local_{crypto::Keyset{"k1", {{"k1", Secret(crypto::RandomBytes(32))}}}};
  const Sealer sealer_{local_.keys(), nullptr, Secret(*crypto::FromHex(kLegacyKey))};
  CredentialStore store_{pool(), sealer_};
  const AuditContext context_{"SUPPORT/dana", "correlation-1"};
};

TEST_F(SecretsTableTest, ARowCopiedToAnotherTenantStaysShut) {
  const std::string ours = StoreOne("acme", "theirs");
  const std::string thief = StoreOne("globex", "own");

  Sql("UPDATE credential_secrets t SET key_id = s.key_id, wrapped_key = s.wrapped_key,"
      " ciphertext = s.ciphertext FROM credential_secrets s WHERE s.credential_id = '" +
      ours + "' AND t.credential_id = '" + thief + "'");

  EXPECT_THAT(store_.Lease("globex", thief, context_), HasReason("CREDENTIAL_UNREADABLE"));
  EXPECT_THAT(store_.Lease("acme", ours, context_), IsOk());
}

TEST_F(SecretsTableTest, AnOlderRowPutBackStaysShut) {
  const std::string id = StoreOne("acme", "old");
  Sql("CREATE TABLE kept AS SELECT * FROM credential_secrets");
  StoreOne("acme", "new", /*replace=*/true);

  Sql("DELETE FROM credential_secrets");
  Sql("INSERT INTO credential_secrets SELECT * FROM kept");

  EXPECT_THAT(store_.Lease("acme", id, context_), HasReason("CREDENTIAL_UNREADABLE"));
}

TEST_F(SecretsTableTest, EveryWriteTakesAFreshDataKey) {
  const std::string id = StoreOne("acme", "same");
  const std::string first =
      One("SELECT wrapped_key::text || ciphertext::text FROM credential_secrets");
  StoreOne("acme", "same", /*replace=*/true);

  EXPECT_NE(One("SELECT wrapped_key::text || ciphertext::text FROM credential_secrets"), first);
  EXPECT_EQ(One("SELECT row_version::text FROM credential_secrets"), "2");
  EXPECT_THAT(store_.Lease("acme", id, context_), IsOk());
}

TEST_F(SecretsTableTest, WhatTheProgramBeforeHasSealedIsRewrittenWhenLeased) {
  const std::string id = StoreOne("acme", "placeholder");
  Sql("UPDATE credential_secrets SET version = 0, key_id = 'legacy', wrapped_key = '',"
      " ciphertext = convert_to('" +
      std::string(kLegacyTriple) + "', 'UTF8')");

  const auto first = store_.Lease("acme", id, context_);

  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->secret_fields.at("access_key").Reveal(), "legacy-key");
  EXPECT_EQ(One("SELECT version || '/' || key_id || '/' || row_version FROM credential_secrets"),
            "2/k1/2");
  CredentialStore without_the_old_key(pool(), local_);
  EXPECT_EQ(
      without_the_old_key.Lease("acme", id, context_)->secret_fields.at("access_key").Reveal(),
      "legacy-key");
}

TEST_F(SecretsTableTest, ARowThatWasWrittenMeanwhileIsNotOverwritten) {
  const std::string id = StoreOne("acme", "old");
  const auto written = postgres::Transact(pool(), [&](pqxx::work& tx) {
    crypto::Envelope read = *FindSecret(tx, id);
    read.row_version -= 1;
    return SealAnew(tx, sealer_, {"acme", "gong", id}, read, {{"access_key", Secret("stale")}});
  });

  ASSERT_THAT(written, IsOk());
  EXPECT_FALSE(*written);
  EXPECT_EQ(store_.Lease("acme", id, context_)->secret_fields.at("access_key").Reveal(), "old");
}

}  // namespace
}  // namespace callimport::credential_manager

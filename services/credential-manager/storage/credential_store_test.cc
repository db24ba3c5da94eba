#include "services/credential-manager/storage/credential_store.h"

#include <thread>

#include "libs/common/ids.h"
#include "libs/crypto/random.h"
#include "libs/postgres/transact.h"
#include "libs/postgres/values.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"

namespace callimport::credential_manager {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;

class CredentialStoreTest : public callimport::testing::PostgresTest {
 protected:
  CredentialStoreTest() : PostgresTest("credential_manager", Migrations()) {}

  NewCredential Gong() const {
    NewCredential credential;
    credential.request_id = NewUuid();
    credential.workspace_id = "acme";
    credential.platform = "gong";
    credential.account_ref = "default";
    credential.account_name = "Acme Inc";
    credential.public_fields = {{"base_url", "https://api.gong.io"}};
    credential.secret_fields = {{"access_key", Secret("key")},
                                {"access_key_secret", Secret("canary-secret")}};
    credential.created_by = {.kind = 1, .name = "dana"};
    return credential;
  }

  int64_t Count(const std::string& from_where) {
    return *postgres::Transact(pool(), [&](pqxx::work& tx) {
      return tx.exec1("SELECT count(*) FROM " + from_where)[0].as<int64_t>();
    });
  }

  const Sealer sealer_{crypto::Keyset{"k1", {{"k1", Secret(crypto::RandomBytes(32))}}}};
  CredentialStore store_{pool(), sealer_};
  const AuditContext context_{"SUPPORT/dana", "correlation-1"};
};

TEST_F(CredentialStoreTest, LeasesWhatWasStored) {
  const auto stored = store_.Store(Gong(), context_);
  ASSERT_THAT(stored, IsOk());
  EXPECT_TRUE(IsUuid(stored->credential_id));
  EXPECT_TRUE(stored->is_valid);
  EXPECT_TRUE(stored->last_verified_at.has_value());

  const auto leased = store_.Lease("acme", stored->credential_id, context_);

  ASSERT_THAT(leased, IsOk());
  EXPECT_EQ(leased->secret_fields.at("access_key_secret").Reveal(), "canary-secret");
  EXPECT_EQ(leased->credential.public_fields.at("base_url"), "https://api.gong.io");
}

TEST_F(CredentialStoreTest, NoTableHoldsASecretInClear) {
  ASSERT_THAT(store_.Store(Gong(), context_), IsOk());

  const auto everything = postgres::Transact(pool(), [&](pqxx::work& tx) {
    std::string text;
    for (const char* table : {"import_credentials", "credential_public_fields",
                              "credential_secrets", "store_requests", "audit_log"}) {
      for (const pqxx::row& row : tx.exec("SELECT t::text FROM " + std::string(table) + " t")) {
        text += row[0].c_str();
      }
    }
    return text;
  });

  ASSERT_THAT(everything, IsOk());
  EXPECT_EQ(everything->find("canary"), std::string::npos);
  EXPECT_EQ(everything->find(postgres::ToBytea("canary").substr(2)), std::string::npos);
}

TEST_F(CredentialStoreTest, ARepeatedRequestGetsTheFirstAnswer) {
  const NewCredential request = Gong();
  const auto first = store_.Store(request, context_);
  const auto second = store_.Store(request, context_);

  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->credential_id, first->credential_id);
  EXPECT_EQ(Count("import_credentials"), 1);
}

TEST_F(CredentialStoreTest, ARequestIdStandsForOneContent) {
  NewCredential request = Gong();
  ASSERT_THAT(store_.Store(request, context_), IsOk());

  request.secret_fields.at("access_key") = Secret("other");
  EXPECT_THAT(store_.Store(request, context_), HasReason("REQUEST_ID_REUSED"));
  request = Gong();
  NewCredential changed = request;
  changed.account_ref = "second";
  ASSERT_THAT(store_.Store(changed, context_), IsOk());
  request.request_id = changed.request_id;
  EXPECT_THAT(store_.Store(request, context_), HasReason("REQUEST_ID_REUSED"));
}

TEST_F(CredentialStoreTest, KeepsOneCredentialPerAccount) {
  ASSERT_THAT(store_.Store(Gong(), context_), IsOk());
  NewCredential second_account = Gong();
  second_account.account_ref = "sales";

  EXPECT_THAT(store_.Store(Gong(), context_), HasReason("CREDENTIAL_EXISTS"));
  EXPECT_THAT(store_.Store(second_account, context_), IsOk());
}

TEST_F(CredentialStoreTest, ReplacingKeepsTheIdAndSealsTheNewSecret) {
  const auto first = store_.Store(Gong(), context_);
  NewCredential replacement = Gong();
  replacement.replace = true;
  replacement.secret_fields.at("access_key") = Secret("fresh");

  const auto replaced = store_.Store(replacement, context_);

  ASSERT_THAT(replaced, IsOk());
  EXPECT_EQ(replaced->credential_id, first->credential_id);
  EXPECT_EQ(
      store_.Lease("acme", first->credential_id, context_)->secret_fields.at("access_key").Reveal(),
      "fresh");
}

TEST_F(CredentialStoreTest, ConnectingTheSameAccountAtOnceStoresItOnce) {
  std::vector<absl::StatusOr<Credential>> results(8, absl::UnknownError("not run"));
  {
    std::vector<std::jthread> threads;
    for (auto& result : results) {
      threads.emplace_back([&] { result = store_.Store(Gong(), context_); });
    }
  }

  const auto stored = std::count_if(results.begin(), results.end(), [](auto& r) { return r.ok(); });
  EXPECT_EQ(stored, 1);
  for (const auto& result : results) {
    EXPECT_THAT(result, ::testing::AnyOf(IsOk(), HasReason("CREDENTIAL_EXISTS")));
  }
}

TEST_F(CredentialStoreTest, AnotherWorkspaceCannotTellThatItExists) {
  const auto stored = store_.Store(Gong(), context_);

  EXPECT_THAT(store_.Find("globex", stored->credential_id), HasReason("CREDENTIAL_NOT_FOUND"));
  EXPECT_THAT(store_.Lease("globex", stored->credential_id, context_),
              HasReason("CREDENTIAL_NOT_FOUND"));
  EXPECT_THAT(store_.Delete("globex", stored->credential_id, context_),
              HasReason("CREDENTIAL_NOT_FOUND"));
  EXPECT_THAT(store_.Find("acme", stored->credential_id), IsOk());
}

TEST_F(CredentialStoreTest, DeletingDestroysTheSecretAndKeepsATombstone) {
  const auto stored = store_.Store(Gong(), context_);

  ASSERT_THAT(store_.Delete("acme", stored->credential_id, context_), IsOk());
  ASSERT_THAT(store_.Delete("acme", stored->credential_id, context_), IsOk());

  EXPECT_EQ(Count("credential_secrets"), 0);
  EXPECT_EQ(Count("import_credentials WHERE deleted_at IS NOT NULL"), 1);
  EXPECT_THAT(store_.Lease("acme", stored->credential_id, context_),
              HasReason("CREDENTIAL_NOT_FOUND"));
  EXPECT_THAT(store_.Store(Gong(), context_), IsOk());
}

TEST_F(CredentialStoreTest, EveryTouchLeavesAnAuditRow) {
  const auto stored = store_.Store(Gong(), context_);
  ASSERT_THAT(store_.Lease("acme", stored->credential_id, {"service/adapter-gateway", "c2"}),
              IsOk());
  ASSERT_THAT(
      store_.RecordVerification("acme", stored->credential_id, {.reason = "INVALID_KEY"}, context_),
      IsOk());
  ASSERT_THAT(store_.Delete("acme", stored->credential_id, context_), IsOk());

  EXPECT_EQ(Count("audit_log"), 4);
  EXPECT_EQ(Count("audit_log WHERE action = 'lease' AND actor = 'service/adapter-gateway'"
                  " AND correlation_id = 'c2'"),
            1);
  EXPECT_EQ(Count("audit_log WHERE action = 'verify' AND detail = 'INVALID_KEY'"), 1);
}

TEST_F(CredentialStoreTest, AFailedVerificationKeepsTheTimeOfTheLastGoodOne) {
  const auto stored = store_.Store(Gong(), context_);
  ASSERT_THAT(
      store_.RecordVerification("acme", stored->credential_id, {.reason = "INVALID_KEY"}, context_),
      IsOk());

  const auto found = store_.Find("acme", stored->credential_id);

  EXPECT_FALSE(found->is_valid);
  EXPECT_EQ(found->last_verified_at, stored->last_verified_at);
}

TEST_F(CredentialStoreTest, ListsTheWorkspaceInPages) {
  for (const char* account : {"a", "b", "c"}) {
    NewCredential credential = Gong();
    credential.account_ref = account;
    ASSERT_THAT(store_.Store(credential, context_), IsOk());
  }

  const auto first = store_.List("acme", "", 2);
  const auto second = store_.List("acme", first->back().credential_id, 2);

  ASSERT_EQ(first->size(), 2u);
  ASSERT_EQ(second->size(), 1u);
  EXPECT_EQ(second->front().account_ref, "c");
  EXPECT_TRUE(store_.List("globex", "", 10)->empty());
}

}  // namespace
}  // namespace callimport::credential_manager

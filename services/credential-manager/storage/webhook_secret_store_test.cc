#include "services/credential-manager/storage/webhook_secret_store.h"

#include "libs/common/ids.h"
#include "libs/crypto/random.h"
#include "libs/postgres/transact.h"
#include "libs/postgres/values.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/credential-manager/storage/credential_store.h"
#include "services/credential-manager/storage/rotation_store.h"
#include "services/credential-manager/storage/webhook_secrets_table.h"

namespace callimport::credential_manager {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;
using std::chrono::hours;

class WebhookSecretStoreTest : public callimport::testing::PostgresTest {
 protected:
  WebhookSecretStoreTest() : PostgresTest("credential_manager", Migrations()) {}

  std::string Store(const std::string& text) {
    clock_.Advance(std::chrono::seconds(1));
    const auto stored = store_.Store(source_, NewUuid(), Secret(text), context_);
    EXPECT_THAT(stored, IsOk());
    return stored->webhook_secret_id;
  }
  std::vector<std::string> Leased() {
    std::vector<std::string> texts;
    const auto leased = store_.Lease(source_, context_);
    EXPECT_THAT(leased, IsOk());
    for (const auto& secret : *leased) texts.push_back(secret.text.Reveal());
    return texts;
  }
  std::string One(const std::string& query) {
    return *postgres::Transact(
        pool(), [&](pqxx::work& tx) { return tx.exec1(query)[0].as<std::string>(); });
  }

  const crypto::Keyset keyset_{
      "k1", {{"k1", Secret(crypto::RandomBytes(32))}, {"k2", Secret(crypto::RandomBytes(32))}}};
  const Sealer sealer_{keyset_};
  callimport::testing::FakeClock clock_;
  WebhookSecretStore store_{pool(), sealer_, clock_};
  const WebhookSource source_{"acme", "gong", "source-1"};
  const AuditContext context_{"service/adapter-gateway", "c1"};
};

using Texts = std::vector<std::string>;

TEST_F(WebhookSecretStoreTest, TwoAreLiveAtOnceNewestFirst) {
  Store("first");
  EXPECT_EQ(Leased(), Texts{"first"});
  Store("second");
  EXPECT_EQ(Leased(), (Texts{"second", "first"}));
}

TEST_F(WebhookSecretStoreTest, NeverInClear) {
  Store("canary-secret");
  EXPECT_EQ(
      One("SELECT w::text FROM webhook_secrets w").find(postgres::ToBytea("canary").substr(2)),
      std::string::npos);
}

TEST_F(WebhookSecretStoreTest, AThirdRetiresTheOneThatWasNeverUsed) {
  const std::string used = Store("in use");
  Store("a mistake");
  ASSERT_THAT(store_.RecordUse("acme", used), IsOk());
  Store("right");
  EXPECT_EQ(Leased(), (Texts{"right", "in use"}));
}

TEST_F(WebhookSecretStoreTest, TheOldOneIsRetiredByLastUse) {
  const std::string old = Store("old");
  const std::string fresh = Store("new");
  ASSERT_THAT(store_.RecordUse("acme", old), IsOk());
  clock_.Advance(hours(100));
  ASSERT_THAT(store_.RetireReplaced(hours(72)), IsOk());
  EXPECT_EQ(Leased(), (Texts{"new", "old"})) << "the new one was never used";

  ASSERT_THAT(store_.RecordUse("acme", fresh), IsOk());
  ASSERT_THAT(store_.RetireReplaced(hours(72)), IsOk());
  EXPECT_EQ(Leased().size(), 2u) << "not long enough";
  clock_.Advance(hours(71));
  ASSERT_THAT(store_.RecordUse("acme", old), IsOk());
  clock_.Advance(hours(2));
  ASSERT_THAT(store_.RetireReplaced(hours(72)), IsOk());
  EXPECT_EQ(Leased().size(), 2u) << "the old one was used again";

  clock_.Advance(hours(72));
  ASSERT_THAT(store_.RetireReplaced(hours(72)), IsOk());
  EXPECT_EQ(Leased(), Texts{"new"});
  EXPECT_EQ(One("SELECT octet_length(envelope)::text FROM webhook_secrets"
                " WHERE retired_at IS NOT NULL"),
            "0");
}

TEST_F(WebhookSecretStoreTest, RetiringDestroysItAtOnce) {
  const std::string id = Store("leaked");
  EXPECT_THAT(store_.Retire("globex", id, context_), HasReason("WEBHOOK_SECRET_NOT_FOUND"));
  ASSERT_THAT(store_.Retire("acme", id, context_), IsOk());
  ASSERT_THAT(store_.Retire("acme", id, context_), IsOk());
  EXPECT_TRUE(Leased().empty());
  EXPECT_THAT(store_.RecordUse("acme", id), IsOk());
  EXPECT_EQ(One("SELECT count(*)::text FROM audit_log WHERE action = 'retire-webhook-secret'"),
            "1");
}

TEST_F(WebhookSecretStoreTest, ARepeatedRequestStoresNothingNew) {
  const std::string request = NewUuid();
  const auto first = store_.Store(source_, request, Secret("one"), context_);
  const auto again = store_.Store(source_, request, Secret("one"), context_);
  EXPECT_EQ(again->webhook_secret_id, first->webhook_secret_id);
  EXPECT_THAT(store_.Store(source_, request, Secret("two"), context_),
              HasReason("REQUEST_ID_REUSED"));
  EXPECT_EQ(Leased(), Texts{"one"});
}

TEST_F(WebhookSecretStoreTest, AnotherTenantsRowDoesNotOpen) {
  Store("ours");
  ASSERT_THAT(postgres::Transact(pool(),
                                 [&](pqxx::work& tx) {
                                   tx.exec("UPDATE webhook_secrets SET workspace_id = 'globex'");
                                 }),
              IsOk());
  EXPECT_THAT(store_.Lease({"globex", "gong", "source-1"}, context_),
              HasReason("CREDENTIAL_UNREADABLE"));
}

TEST_F(WebhookSecretStoreTest, KeysAreRotatedHereToo) {
  Store("kept");
  crypto::Keyset rotated = keyset_;
  rotated.primary_id = "k2";
  const Sealer sealer(rotated);
  RotationStore rotations(pool());
  const auto rotation = rotations.Start("k2", false, context_);
  const auto rows = rotations.ReadLeft(*rotation, WebhookSecretRows(), "", 10);
  ASSERT_EQ(rows->size(), 1u);

  const auto rewrapped = sealer.Rewrap(rows->front().owner, rows->front().envelope);
  ASSERT_EQ(*rotations.SwapWraps(*rotation, WebhookSecretRows(), *rows, {*rewrapped}), 1);
  EXPECT_EQ(One("SELECT key_id FROM webhook_secrets"), "k2");
  EXPECT_EQ(Leased(), Texts{"kept"});

  ASSERT_THAT(
      postgres::Transact(
          pool(), [](pqxx::work& tx) { tx.exec("UPDATE key_rotations SET finished_at = now()"); }),
      IsOk());
  const auto leak = rotations.Start("k2", true, context_);
  const auto all = rotations.ReadLeft(*leak, WebhookSecretRows(), "", 10);
  ASSERT_EQ(all->size(), 1u);
  EXPECT_EQ(*rotations.Reencrypt(*leak, WebhookSecretRows(), sealer, all->front()), 1);
  EXPECT_EQ(Leased(), Texts{"kept"});
}

}  // namespace
}  // namespace callimport::credential_manager

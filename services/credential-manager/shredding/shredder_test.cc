#include "services/credential-manager/shredding/shredder.h"

#include <google/protobuf/util/json_util.h>

#include <filesystem>
#include <thread>

#include "libs/common/ids.h"
#include "libs/crypto/digest.h"
#include "libs/crypto/random.h"
#include "libs/postgres/transact.h"
#include "libs/postgres/values.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/credential-manager/storage/credential_store.h"

namespace callimport::credential_manager {
namespace {

namespace fs = std::filesystem;
using callimport::testing::HasReason;
using callimport::testing::IsOk;
using std::chrono::hours;

class ShredderTest : public callimport::testing::PostgresTest {
 protected:
  ShredderTest()
      : PostgresTest("credential_manager", Migrations()),
        folder_(::testing::TempDir() + "shredder_" + NewUuid()),
        epoch_keys_(*EpochKeys::Open(folder_)) {}
  ~ShredderTest() override { fs::remove_all(folder_); }

  std::string StoreOne(Retention retention, const std::string& account = "default",
                       bool replace = false) {
    NewCredential credential;
    credential.request_id = NewUuid();
    credential.workspace_id = "acme";
    credential.platform = "gong";
    credential.account_ref = account;
    credential.retention = retention;
    credential.secret_fields = {{"access_key", Secret("hunter2")}};
    credential.replace = replace;
    credential.created_by = {.kind = 1, .name = "dana"};
    const auto stored = store_.Store(credential, context_);
    EXPECT_THAT(stored, IsOk());
    return stored->credential_id;
  }

  absl::StatusOr<std::optional<Timestamp>> Release(const std::string& id,
                                                   const std::string& job = "job-1") {
    return lifecycles_.Release("acme", id, job, clock_.Now() + hours(72), context_);
  }

  void Sql(const std::string& statement) {
    ASSERT_THAT(postgres::Transact(pool(), [&](pqxx::work& tx) { tx.exec(statement); }), IsOk());
  }
  std::string One(const std::string& query) {
    return *postgres::Transact(
        pool(), [&](pqxx::work& tx) { return tx.exec1(query)[0].as<std::string>(); });
  }
  bool HasEpochKey(const std::string& id) { return fs::exists(folder_ + "/" + id + ".key"); }

  static v1::ShredStatement StatementOf(const SignedReceipt& receipt) {
    v1::ShredStatement statement;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(receipt.statement, &statement).ok());
    return statement;
  }

  std::vector<v1::CredentialChange> Changes() {
    std::vector<v1::CredentialChange> changes;
    const auto events = lifecycles_.ReadAfter(0, 100);
    EXPECT_THAT(events, IsOk());
    for (const auto& event : *events) changes.push_back(event.change());
    return changes;
  }

  const std::string folder_;
  const EpochKeys epoch_keys_;
  const Sealer local_{crypto::Keyset{"k1", {{"k1", Secret(crypto::RandomBytes(32))}}}};
  const Sealer sealer_{local_.keys(), &epoch_keys_, Secret(), Secret("fingerprint key")};
  callimport::testing::FakeClock clock_{std::chrono::time_point_cast<Timestamp::duration>(
      std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now()))};
  CredentialStore store_{pool(), sealer_};
  LifecycleStore lifecycles_{pool(), sealer_};
  const crypto::Ed25519Key key_ = crypto::Ed25519Key::Generate();
  const ReceiptSigner signer_{key_};
  Shredder shredder_{lifecycles_, epoch_keys_, signer_, clock_};
  const AuditContext context_{"service/job-scheduler", "c1"};
};

TEST_F(ShredderTest, AnEphemeralCredentialIsShreddedWhenTheRetryWindowIsOver) {
  const std::string id = StoreOne(Retention::kEphemeral);
  const auto due = Release(id);
  ASSERT_THAT(due, IsOk());
  EXPECT_EQ(**due, clock_.Now() + hours(72));

  clock_.Advance(hours(72) - std::chrono::seconds(1));
  ASSERT_THAT(shredder_.Run(), IsOk());
  EXPECT_THAT(store_.Lease("acme", id, context_), IsOk()) << "a retry may still use it";

  clock_.Advance(std::chrono::seconds(1));
  ASSERT_THAT(shredder_.Run(), IsOk());

  EXPECT_THAT(store_.Lease("acme", id, context_), HasReason("CREDENTIAL_NOT_FOUND"));
  EXPECT_EQ(One("SELECT count(*)::text FROM credential_secrets"), "0");
  EXPECT_FALSE(HasEpochKey(id));
  EXPECT_EQ(One("SELECT count(*)::text FROM import_credentials WHERE octet_length(fingerprint) = 32"
                " AND shredded_at IS NOT NULL"),
            "1")
      << "the tombstone stays";
}

TEST_F(ShredderTest, ABackupRestoredAfterwardsDoesNotOpen) {
  const std::string id = StoreOne(Retention::kEphemeral);
  Sql("CREATE TABLE kept_credentials AS SELECT * FROM import_credentials");
  Sql("CREATE TABLE kept_secrets AS SELECT * FROM credential_secrets");
  ASSERT_THAT(Release(id), IsOk());
  clock_.Advance(hours(72));
  ASSERT_THAT(shredder_.Run(), IsOk());

  Sql("UPDATE import_credentials c SET deleted_at = NULL, shredded_at = NULL,"
      " shred_due_at = NULL, is_valid = true, secret_version = k.secret_version"
      " FROM kept_credentials k WHERE k.credential_id = c.credential_id");
  Sql("INSERT INTO credential_secrets SELECT * FROM kept_secrets");

  EXPECT_THAT(store_.Lease("acme", id, context_), HasReason("CREDENTIAL_UNREADABLE"))
      << "all the keys but its epoch key are there";
}

TEST_F(ShredderTest, TheReceiptIsSignedAndSaysWhatWasDestroyed) {
  const std::string id = StoreOne(Retention::kEphemeral);
  EXPECT_THAT(lifecycles_.FindReceipt("acme", id), HasReason("RECEIPT_NOT_FOUND"));
  ASSERT_THAT(Release(id), IsOk());
  clock_.Advance(hours(72));
  ASSERT_THAT(shredder_.Run(), IsOk());

  const auto receipt = lifecycles_.FindReceipt("acme", id);

  ASSERT_THAT(receipt, IsOk());
  EXPECT_TRUE(crypto::VerifyEd25519(key_.public_key(), receipt->statement, receipt->signature));
  EXPECT_FALSE(
      crypto::VerifyEd25519(key_.public_key(), receipt->statement + " ", receipt->signature));
  const v1::ShredStatement statement = StatementOf(*receipt);
  EXPECT_EQ(statement.credential_id(), id);
  EXPECT_EQ(statement.cause(), v1::ShredStatement::CAUSE_RELEASED);
  EXPECT_TRUE(statement.epoch_key_destroyed());
  ASSERT_EQ(statement.job_ids_size(), 1);
  EXPECT_EQ(statement.job_ids(0), "job-1");
  EXPECT_EQ(statement.fingerprint(),
            crypto::ToHex(
                sealer_.Fingerprint({"acme", "gong", id}, {{"access_key", Secret("hunter2")}})));
  EXPECT_EQ(receipt->statement.find("hunter2"), std::string::npos);
  EXPECT_THAT(lifecycles_.FindReceipt("globex", id), HasReason("RECEIPT_NOT_FOUND"));
}

TEST_F(ShredderTest, ADeletionByPeopleMakesAReceiptAsWell) {
  const std::string kept = StoreOne(Retention::kPersistent, "kept");
  const std::string id = StoreOne(Retention::kPersistent);
  ASSERT_THAT(store_.Delete("acme", id, context_), IsOk());

  ASSERT_THAT(shredder_.Run(), IsOk());

  const auto receipt = lifecycles_.FindReceipt("acme", id);
  ASSERT_THAT(receipt, IsOk());
  EXPECT_EQ(StatementOf(*receipt).cause(), v1::ShredStatement::CAUSE_DELETED);
  EXPECT_FALSE(StatementOf(*receipt).epoch_key_destroyed());
  EXPECT_THAT(store_.Lease("acme", kept, context_), IsOk());
}

TEST_F(ShredderTest, DeletingAnEphemeralOneDestroysItsEpochKeyAtOnce) {
  const std::string id = StoreOne(Retention::kEphemeral);
  ASSERT_THAT(store_.Delete("acme", id, context_), IsOk());
  ASSERT_THAT(shredder_.Run(), IsOk());
  EXPECT_FALSE(HasEpochKey(id));
}

TEST_F(ShredderTest, APersistentCredentialSurvivesTheEndOfItsJob) {
  const std::string id = StoreOne(Retention::kPersistent);
  const auto due = Release(id);
  ASSERT_THAT(due, IsOk());
  EXPECT_FALSE(due->has_value());
  clock_.Advance(hours(1000));
  ASSERT_THAT(shredder_.Run(), IsOk());
  EXPECT_THAT(store_.Lease("acme", id, context_), IsOk());
}

TEST_F(ShredderTest, AJobThatRunsAgainTakesItsReleaseBack) {
  const std::string id = StoreOne(Retention::kEphemeral);
  ASSERT_THAT(Release(id), IsOk());
  ASSERT_THAT(lifecycles_.Retain("acme", id, "job-1", context_), IsOk());
  clock_.Advance(hours(100));
  ASSERT_THAT(shredder_.Run(), IsOk());
  EXPECT_THAT(store_.Lease("acme", id, context_), IsOk());

  ASSERT_THAT(Release(id), IsOk());
  clock_.Advance(hours(72));
  ASSERT_THAT(shredder_.Run(), IsOk());
  EXPECT_THAT(lifecycles_.Retain("acme", id, "job-1", context_), HasReason("CREDENTIAL_SHREDDED"));
  EXPECT_THAT(Release(id), IsOk()) << "late, and harmless";
  EXPECT_THAT(Release(NewUuid()), HasReason("CREDENTIAL_NOT_FOUND"));
  EXPECT_THAT(lifecycles_.Release("globex", id, "job-1", clock_.Now(), context_),
              HasReason("CREDENTIAL_NOT_FOUND"));
}

TEST_F(ShredderTest, PromotionIsAuditedAndNeedsNoEpochKeyAfterwards) {
  const std::string id = StoreOne(Retention::kEphemeral);
  ASSERT_THAT(Release(id), IsOk());

  ASSERT_THAT(lifecycles_.Promote("acme", id, {"SUPPORT/dana", "c9"}), IsOk());
  ASSERT_THAT(lifecycles_.Promote("acme", id, {"SUPPORT/dana", "c9"}), IsOk());

  EXPECT_EQ(One("SELECT count(*)::text FROM audit_log WHERE action = 'promote'"
                " AND actor = 'SUPPORT/dana'"),
            "1");
  ASSERT_THAT(epoch_keys_.Destroy(id), IsOk());
  clock_.Advance(hours(1000));
  ASSERT_THAT(shredder_.Run(), IsOk());
  EXPECT_EQ(store_.Lease("acme", id, context_)->secret_fields.at("access_key").Reveal(), "hunter2");
  EXPECT_EQ(store_.Find("acme", id)->retention, Retention::kPersistent);
}

TEST_F(ShredderTest, ACrashBetweenTheStepsRepeatsSafely) {
  const std::string id = StoreOne(Retention::kEphemeral);
  ASSERT_THAT(Release(id), IsOk());
  clock_.Advance(hours(72));

  // Died after the first step.
  ASSERT_THAT(lifecycles_.BeginShredding(id, clock_.Now()), IsOk());
  EXPECT_THAT(store_.Lease("acme", id, context_), HasReason("CREDENTIAL_NOT_FOUND"));
  // Died after the second.
  ASSERT_THAT(lifecycles_.BeginShredding(id, clock_.Now()), IsOk());
  ASSERT_THAT(epoch_keys_.Destroy(id), IsOk());

  ASSERT_THAT(shredder_.Run(), IsOk());
  const auto receipt = lifecycles_.FindReceipt("acme", id);
  ASSERT_THAT(receipt, IsOk());
  EXPECT_TRUE(StatementOf(*receipt).epoch_key_destroyed());
  EXPECT_EQ(StatementOf(*receipt).cause(), v1::ShredStatement::CAUSE_RELEASED);
  // And after the last.
  ASSERT_THAT(shredder_.Run(), IsOk());
  EXPECT_EQ(lifecycles_.FindReceipt("acme", id)->signature, receipt->signature);
}

TEST_F(ShredderTest, ReplicasMakeOneReceiptTogether) {
  std::vector<std::string> ids;
  for (int i = 0; i < 10; ++i) {
    ids.push_back(StoreOne(Retention::kEphemeral, std::to_string(i)));
    ASSERT_THAT(Release(ids.back()), IsOk());
  }
  clock_.Advance(hours(72));
  {
    std::vector<std::jthread> replicas;
    for (int i = 0; i < 3; ++i) {
      replicas.emplace_back([&] {
        Shredder replica(lifecycles_, epoch_keys_, signer_, clock_);
        EXPECT_THAT(replica.Run(), IsOk());
      });
    }
  }
  EXPECT_EQ(One("SELECT count(*)::text FROM shred_receipts"), "10");
  EXPECT_EQ(One("SELECT count(*)::text FROM audit_log WHERE action = 'shred'"), "10");
}

TEST_F(ShredderTest, TellsWatchersWhatHappened) {
  const std::string id = StoreOne(Retention::kEphemeral);
  StoreOne(Retention::kEphemeral, "default", /*replace=*/true);
  ASSERT_THAT(store_.RecordVerification("acme", id, {.reason = "INVALID_KEY"}, context_), IsOk());
  ASSERT_THAT(lifecycles_.Promote("acme", id, context_), IsOk());
  EXPECT_EQ(lifecycles_.TakeSnapshot("", 10)->credentials.size(), 1u);
  EXPECT_EQ(lifecycles_.TakeSnapshot("", 10)->revision, 4);
  ASSERT_THAT(store_.Delete("acme", id, context_), IsOk());
  ASSERT_THAT(shredder_.Run(), IsOk());

  EXPECT_EQ(Changes(), (std::vector<v1::CredentialChange>{
                           v1::CREDENTIAL_CHANGE_CREATED, v1::CREDENTIAL_CHANGE_REPLACED,
                           v1::CREDENTIAL_CHANGE_INVALID, v1::CREDENTIAL_CHANGE_PROMOTED,
                           v1::CREDENTIAL_CHANGE_DELETED, v1::CREDENTIAL_CHANGE_SHREDDED}));
  EXPECT_TRUE(lifecycles_.TakeSnapshot("", 10)->credentials.empty());
  EXPECT_THAT(lifecycles_.ReadAfter(99, 10), HasReason("REVISION_GONE"));
  EXPECT_EQ(One("SELECT string_agg(body::text, '') FROM credential_feed")
                .find(postgres::ToBytea("hunter2").substr(2)),
            std::string::npos);
}

TEST_F(ShredderTest, TheSameSecretTwiceHasTwoFingerprints) {
  StoreOne(Retention::kPersistent, "one");
  StoreOne(Retention::kPersistent, "two");
  EXPECT_EQ(One("SELECT count(DISTINCT fingerprint)::text FROM import_credentials"), "2");
}

TEST_F(ShredderTest, AReplacementDoesNotMakeAPersistentCredentialEphemeral) {
  const std::string id = StoreOne(Retention::kPersistent);
  StoreOne(Retention::kEphemeral, "default", /*replace=*/true);
  EXPECT_EQ(store_.Find("acme", id)->retention, Retention::kPersistent);
  EXPECT_FALSE(HasEpochKey(id));
}

TEST_F(ShredderTest, SweepsEpochKeysThatNothingNeeds) {
  const std::string promoted = StoreOne(Retention::kEphemeral, "promoted");
  const std::string needed = StoreOne(Retention::kEphemeral, "needed");
  const std::string of_another_database = NewUuid();
  ASSERT_THAT(epoch_keys_.FindOrMake(of_another_database), IsOk());
  ASSERT_THAT(lifecycles_.Promote("acme", promoted, context_), IsOk());
  ASSERT_THAT(shredder_.Sweep(), IsOk());
  EXPECT_TRUE(HasEpochKey(promoted)) << "young ones are left alone";
  for (const auto& file : fs::directory_iterator(folder_)) {
    fs::last_write_time(file, fs::file_time_type::clock::now() - hours(1));
  }

  ASSERT_THAT(shredder_.Sweep(), IsOk());

  EXPECT_FALSE(HasEpochKey(promoted));
  EXPECT_TRUE(HasEpochKey(needed));
  EXPECT_TRUE(HasEpochKey(of_another_database));
}

}  // namespace
}  // namespace callimport::credential_manager

#include "services/credential-manager/rotation/rotator.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>
#include <utility>

#include "libs/common/errors.h"
#include "libs/postgres/boundaries.h"
#include "services/credential-manager/rotation/rotation_fixture.h"
#include "services/credential-manager/storage/secrets_table.h"

namespace callimport::credential_manager {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;

class RotatorTest : public RotationTest {
 protected:
  Rotator rotator_{rotations_, ring_, sealer_, 7};
};

TEST_F(RotatorTest, BringsEveryRowUnderTheNewKeyAndProvesIt) {
  const auto ids = StoreMany(20);
  UseKeys({"k2", "k1"});
  const auto started = rotations_.Start("k2", false, context_);
  ASSERT_THAT(started, IsOk());

  ASSERT_THAT(rotator_.Run(), IsOk());

  const auto progress = rotations_.Look(started->rotation_id);
  ASSERT_THAT(progress, IsOk());
  EXPECT_TRUE(progress->rotation.finished_at.has_value());
  EXPECT_EQ(progress->rotation.rows_done, 20);
  EXPECT_EQ(progress->rows_left, 0);
  EXPECT_EQ(progress->rows_under_keys, (std::map<std::string, int64_t>{{"k1", 0}, {"k2", 20}}));
  UseKeys({"k2"});
  EXPECT_EQ(SecretOf(ids[3]), "secret-3");
}

TEST_F(RotatorTest, RewrappingLeavesCiphertextsAndRowVersionsAlone) {
  StoreMany(3);
  const std::string query =
      "SELECT string_agg(ciphertext::text || row_version, ',' ORDER BY credential_id)"
      " FROM credential_secrets";
  const std::string before = One(query);
  UseKeys({"k2", "k1"});
  ASSERT_THAT(rotations_.Start("k2", false, context_), IsOk());

  ASSERT_THAT(rotator_.Run(), IsOk());

  EXPECT_EQ(One(query), before);
}

TEST_F(RotatorTest, AfterALeakDataKeysAndCiphertextsAreNew) {
  const auto ids = StoreMany(3);
  const std::string query = "SELECT min(ciphertext::text) FROM credential_secrets";
  const std::string before = One(query);
  ASSERT_THAT(rotations_.Start("k1", true, context_), IsOk()) << "even under the same key";

  ASSERT_THAT(rotator_.Run(), IsOk());

  EXPECT_NE(One(query), before);
  EXPECT_EQ(One("SELECT min(row_version)::text FROM credential_secrets"), "2");
  EXPECT_EQ(SecretOf(ids[0]), "secret-0");
  EXPECT_FALSE(rotations_.FindRunning()->has_value());
}

// A key source that dies in the middle: nothing of its batch is kept.
class DyingKeys final : public crypto::KeySource {
 public:
  DyingKeys(const crypto::KeySource& keys, int wraps) : keys_(keys), left_(wraps) {}
  std::string PrimaryId() const override { return keys_.PrimaryId(); }
  absl::StatusOr<std::string> Wrap(const std::string& key_id, const Secret& data_key,
                                   std::string_view context) const override {
    if (left_-- <= 0) return absl::UnavailableError("died");
    return keys_.Wrap(key_id, data_key, context);
  }
  absl::StatusOr<Secret> Unwrap(const std::string& key_id, std::string_view wrapped,
                                std::string_view context) const override {
    return keys_.Unwrap(key_id, wrapped, context);
  }

 private:
  const crypto::KeySource& keys_;
  mutable int left_;
};

TEST_F(RotatorTest, KeysMayFailAtEveryStep) {
  const auto ids = StoreMany(20);
  UseKeys({"k2", "k1"});
  const auto started = rotations_.Start("k2", false, context_);
  for (int step = 0; step < 10; ++step) {
    const DyingKeys dying(ring_, step);
    const Sealer sealer(dying, nullptr, Secret());
    (void)Rotator(rotations_, ring_, sealer, 4).Run();
    for (size_t i = 0; i < ids.size(); ++i) {
      ASSERT_EQ(SecretOf(ids[i]), "secret-" + std::to_string(i)) << "after step " << step;
    }
  }

  ASSERT_THAT(rotator_.Run(), IsOk());

  EXPECT_EQ(RowsUnder("k1"), 0);
  EXPECT_EQ(rotations_.Look(started->rotation_id)->rotation.rows_done, 20) << "each row once";
}

class RotatorCrashTest : public RotationTest, public ::testing::WithParamInterface<bool> {
 protected:
  // Whether a process that rotates lived so long that it was killed, at this boundary of one of its
  // transactions: before it, before its commit, or after it.
  bool DiesAt(int boundary) {
    const pid_t child = fork();
    if (child == 0) {
      const auto own_pool = *postgres::Pool::Open(database());
      RotationStore own_store(*own_pool);
      const postgres::BoundaryListener listener([&](postgres::Boundary) {
        if (boundary-- == 0) kill(getpid(), SIGKILL);
      });
      _exit(Rotator(own_store, ring_, sealer_, 3).Run().ok() ? 0 : 1);
    }
    int outcome = 1;
    EXPECT_EQ(waitpid(child, &outcome, 0), child);
    EXPECT_TRUE(WIFSIGNALED(outcome) || WEXITSTATUS(outcome) == 0);
    return WIFSIGNALED(outcome);
  }
};

INSTANTIATE_TEST_SUITE_P(All, RotatorCrashTest, ::testing::Bool());

TEST_P(RotatorCrashTest, IsTakenUpAgainWhereverAProcessIsKilled) {
  const bool reencrypt = GetParam();
  const auto ids = StoreMany(5);
  std::vector<std::string> keys = {"k2", "k1"};
  int boundary = 0;
  for (bool killed = true; killed; ++boundary) {
    UseKeys(keys);
    const auto started = rotations_.Start(keys[0], reencrypt, context_);
    ASSERT_THAT(started, IsOk());
    killed = DiesAt(boundary);

    for (size_t i = 0; i < ids.size(); ++i) {
      ASSERT_EQ(SecretOf(ids[i]), "secret-" + std::to_string(i)) << "at boundary " << boundary;
    }
    ASSERT_THAT(Rotator(rotations_, ring_, sealer_, 3).Run(), IsOk());
    ASSERT_EQ(RowsUnder(keys[1]), 0) << "at boundary " << boundary;
    ASSERT_EQ(rotations_.Look(started->rotation_id)->rotation.rows_done, 5) << "each row once";
    std::swap(keys[0], keys[1]);
  }
  // Two batches and the end of it, at three boundaries each, are the least.
  EXPECT_GE(boundary, 9);
}

TEST_F(RotatorTest, TwoReplicasWorkSideBySideWhilePeopleWrite) {
  const auto ids = StoreMany(60);
  UseKeys({"k2", "k1"});
  const auto started = rotations_.Start("k2", false, context_);
  const auto second_pool = postgres::Pool::Open(database());
  RotationStore second_store(**second_pool);
  Rotator second(second_store, ring_, sealer_, 5);
  std::string late;
  {
    std::jthread one([&] { EXPECT_THAT(rotator_.Run(), IsOk()); });
    std::jthread other([&] { EXPECT_THAT(second.Run(), IsOk()); });
    std::jthread writer([&] { late = StoreOne("late"); });
  }
  ASSERT_THAT(rotator_.Run(), IsOk());

  EXPECT_EQ(RowsUnder("k1"), 0);
  EXPECT_EQ(rotations_.Look(started->rotation_id)->rotation.rows_done, 60);
  UseKeys({"k2"});
  EXPECT_EQ(SecretOf(ids[59]), "secret-59");
  EXPECT_EQ(SecretOf(late), "late");
}

TEST_F(RotatorTest, ARowThatIsWrittenMeanwhileKeepsWhatWasWritten) {
  const std::string id = StoreOne("old");
  UseKeys({"k2", "k1"});
  const auto started = rotations_.Start("k2", false, context_);
  const auto& table = *AllSealedRows().front();
  const auto read = rotations_.ReadLeft(*started, table, "", 10);
  const auto rewrapped = sealer_.Rewrap(read->front().owner, read->front().envelope);
  UseKeys({"k1", "k2"});  // a replica that has not heard of the new key yet
  ASSERT_THAT(postgres::Transact(pool(),
                                 [&](pqxx::work& tx) {
                                   return PutSecret(tx, sealer_, {"acme", "gong", id},
                                                    {{"access_key", Secret("new")}});
                                 }),
              IsOk());

  EXPECT_EQ(*rotations_.SwapWraps(*started, table, *read, {*rewrapped}), 0);

  EXPECT_EQ(SecretOf(id), "new");
}

TEST_F(RotatorTest, ARowWhoseSealDoesNotHoldIsCountedAndKeepsItsKeyAlive) {
  const auto ids = StoreMany(3);
  Sql("UPDATE credential_secrets SET wrapped_key = set_byte(wrapped_key, 20,"
      " 255 - get_byte(wrapped_key, 20)) WHERE credential_id = '" +
      ids[1] + "'");
  UseKeys({"k2", "k1"});
  const auto started = rotations_.Start("k2", false, context_);

  ASSERT_THAT(rotator_.Run(), IsOk());

  const auto progress = rotations_.Look(started->rotation_id);
  EXPECT_TRUE(progress->rotation.finished_at.has_value());
  EXPECT_EQ(progress->rotation.rows_unreadable, 1);
  EXPECT_EQ(progress->rows_under_keys.at("k1"), 1);
  EXPECT_THAT(key_store_.Destroy("k1", context_), HasReason("KEY_IN_USE"));
}

TEST_F(RotatorTest, OneRotationAtATimeAndAskingAgainJoinsIt) {
  StoreOne("one");
  UseKeys({"k2", "k1"});
  const auto first = rotations_.Start("k2", false, context_);

  EXPECT_EQ(rotations_.Start("k2", false, context_)->rotation_id, first->rotation_id);
  EXPECT_THAT(rotations_.Start("k2", true, context_), HasReason("ROTATION_RUNNING"));
}

TEST_F(RotatorTest, AnotherPrimaryEndsIt) {
  StoreOne("one");
  UseKeys({"k2", "k1"});
  const auto first = rotations_.Start("k2", false, context_);
  UseKeys({"k3", "k2", "k1"});

  ASSERT_THAT(rotator_.Run(), IsOk());

  EXPECT_TRUE(rotations_.Look(first->rotation_id)->rotation.superseded);
  EXPECT_THAT(rotations_.Start("k3", false, context_), IsOk());
}

TEST_F(RotatorTest, AReplicaWithoutTheNewKeyWaits) {
  StoreOne("one");
  ASSERT_THAT(rotations_.Start("k2", false, context_), IsOk());
  ASSERT_THAT(rotator_.Run(), IsOk());
  EXPECT_EQ(RowsUnder("k1"), 1);
  EXPECT_TRUE(rotations_.FindRunning()->has_value());
}

TEST_F(RotatorTest, ADestroyedKeyIsRefusedForGood) {
  StoreOne("one");
  UseKeys({"k2", "k1"});
  EXPECT_THAT(key_store_.Destroy("k1", context_), HasReason("KEY_IN_USE"));
  EXPECT_THAT(key_store_.Destroy("k9", context_), HasReason("KEY_UNKNOWN"));
  ASSERT_THAT(rotations_.Start("k2", false, context_), IsOk());
  ASSERT_THAT(rotator_.Run(), IsOk());

  const auto destroyed = key_store_.Destroy("k1", context_);
  ASSERT_THAT(destroyed, IsOk());

  EXPECT_EQ(*key_store_.Destroy("k1", context_), *destroyed) << "twice is fine";
  // A replica that has not noticed cannot seal with it.
  NewCredential late;
  late.request_id = NewUuid();
  late.workspace_id = "acme";
  late.platform = "gong";
  late.account_ref = "late";
  late.secret_fields = {{"access_key", Secret("late")}};
  KeyRing stale(nullptr);
  ASSERT_THAT(stale.Use(*ParseKeyList(Secret(ListOf({"k1", "k2"}))), {}), IsOk());
  const Sealer stale_sealer(stale, nullptr, Secret());
  EXPECT_THAT(CredentialStore(pool(), stale_sealer).Store(late, context_),
              HasReason("KEY_DESTROYED"));
  // And no list brings it back.
  EXPECT_THAT(ring_.Use(*ParseKeyList(Secret(ListOf({"k1", "k2"}))), *key_store_.Destroyed()),
              HasReason("KEY_DESTROYED"));
  UseKeys({"k2", "k1"});
  EXPECT_FALSE(ring_.keys()->Has("k1"));
}

TEST_F(RotatorTest, NoTableWithSealedRowsIsForgotten) {
  EXPECT_EQ(One("SELECT count(DISTINCT table_name)::text FROM information_schema.columns"
                " WHERE table_schema = 'credential_manager' AND column_name = 'key_id'"
                " AND table_name <> 'encryption_keys'"),
            std::to_string(AllSealedRows().size()));
}

}  // namespace
}  // namespace callimport::credential_manager

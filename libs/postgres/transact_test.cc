#include "libs/postgres/transact.h"

#include "libs/postgres/boundaries.h"
#include "libs/postgres/values.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"

namespace callimport::postgres {
namespace {

using callimport::testing::HasCode;
using callimport::testing::IsOk;

class TransactTest : public callimport::testing::PostgresTest {
 protected:
  TransactTest()
      : PostgresTest("transact", {{"0001", "CREATE TABLE things (id int PRIMARY KEY)"}}) {}

  int64_t Things() {
    return *Transact(pool(), [](pqxx::work& tx) {
      return tx.exec1("SELECT count(*) FROM things")[0].as<int64_t>();
    });
  }
};

TEST_F(TransactTest, CommitsWhatSucceeds) {
  ASSERT_THAT(Transact(pool(), [](pqxx::work& tx) { tx.exec("INSERT INTO things VALUES (1)"); }),
              IsOk());

  EXPECT_EQ(Things(), 1);
}

TEST_F(TransactTest, AnErrorRollsBack) {
  const absl::Status status = Transact(pool(), [](pqxx::work& tx) -> absl::Status {
    tx.exec("INSERT INTO things VALUES (1)");
    return absl::NotFoundError("changed my mind");
  });

  EXPECT_THAT(status, HasCode(absl::StatusCode::kNotFound));
  EXPECT_EQ(Things(), 0);
}

TEST_F(TransactTest, ExceptionsOfTheDatabaseEndHere) {
  EXPECT_THAT(Transact(pool(), [](pqxx::work& tx) { tx.exec("SELECT nonsense"); }),
              HasCode(absl::StatusCode::kInternal));
}

struct Crash {};

TEST_F(TransactTest, AProcessThatEndsAtABoundaryKeepsAllOrNothing) {
  for (const Boundary last : {Boundary::kBegun, Boundary::kBeforeCommit, Boundary::kAfterCommit}) {
    const BoundaryListener listener([&](Boundary boundary) {
      if (boundary == last) throw Crash();
    });
    const auto insert = [](pqxx::work& tx) { tx.exec("INSERT INTO things VALUES (1)"); };
    EXPECT_THROW(Transact(pool(), insert).IgnoreError(), Crash);
    const BoundaryListener calm([](Boundary) {});
    EXPECT_EQ(Things(), last == Boundary::kAfterCommit ? 1 : 0);
  }
}

TEST_F(TransactTest, TriesAgainWhenTheConnectionIsLost) {
  int attempts = 0;
  const auto pid = Transact(pool(), [&](pqxx::work& tx) {
    const auto row = tx.exec1("SELECT pg_backend_pid()");
    if (++attempts == 1) {
      pqxx::connection other(database().connection());
      pqxx::nontransaction(other).exec_params("SELECT pg_terminate_backend($1)", row[0].as<int>());
      tx.exec("SELECT 1");
    }
    return row[0].as<int>();
  });

  EXPECT_THAT(pid, IsOk());
  EXPECT_EQ(attempts, 2);
}

TEST_F(TransactTest, OutlivesThatAllConnectionsWereCut) {
  {
    std::vector<absl::StatusOr<Pool::Lease>> all;
    for (int i = 0; i < 8; ++i) all.push_back(pool().Borrow());
  }
  pqxx::connection other(database().connection());
  pqxx::nontransaction(other).exec(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
      " WHERE datname = current_database() AND pid <> pg_backend_pid()");

  EXPECT_EQ(Things(), 0);
}

TEST_F(TransactTest, TriesAgainAfterASerializationFailure) {
  int attempts = 0;
  const absl::Status status = Transact(pool(), [&](pqxx::work& tx) {
    if (++attempts < 3) tx.exec("DO $$BEGIN RAISE SQLSTATE '40001'; END$$");
    tx.exec("INSERT INTO things VALUES (1)");
  });

  EXPECT_THAT(status, IsOk());
  EXPECT_EQ(attempts, 3);
  EXPECT_EQ(Things(), 1);
}

TEST_F(TransactTest, TimesAndBytesComeBackAsTheyWent) {
  const Timestamp time{std::chrono::microseconds(1'767'225'600'123'456)};
  const std::string bytes("\x00\xff\"\\{", 5);

  const auto same = Transact(pool(), [&](pqxx::work& tx) {
    tx.exec("SET LOCAL timezone = 'Asia/Kolkata'");
    const pqxx::row row = tx.exec_params1(
        "SELECT $1::timestamptz AS t, ($2::bytea[])[1] AS b, ($3::text[])[1] AS s", ToSql(time),
        ToByteaArray({bytes}), ToArray(std::vector<std::string>{"say \"hi\""}));
    return TimeFromSql(row["t"]) == time && FromBytea(row["b"]) == bytes &&
           row["s"].as<std::string>() == "say \"hi\"";
  });

  ASSERT_THAT(same, IsOk());
  EXPECT_TRUE(*same);
}

}  // namespace
}  // namespace callimport::postgres

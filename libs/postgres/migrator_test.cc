#include "libs/postgres/migrator.h"

#include <thread>

#include "libs/postgres/transact.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"

namespace callimport::postgres {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;

class MigratorTest : public callimport::testing::PostgresTest {
 protected:
  MigratorTest() : PostgresTest("migrator", {}) {}

  int64_t CountRows(const std::string& table) {
    return *Transact(pool(), [&](pqxx::work& tx) {
      return tx.exec1("SELECT count(*) FROM " + table)[0].as<int64_t>();
    });
  }

  const std::vector<Migration> migrations_ = {
      {"0001_things", "CREATE TABLE things (id int PRIMARY KEY)"},
      {"0002_first", "INSERT INTO things VALUES (1)"},
  };
};

TEST_F(MigratorTest, AppliesEachMigrationOnce) {
  ASSERT_THAT(Migrate(pool(), migrations_), IsOk());
  ASSERT_THAT(Migrate(pool(), migrations_), IsOk());

  EXPECT_EQ(CountRows("things"), 1);
  EXPECT_EQ(CountRows("schema_migrations"), 2);
}

TEST_F(MigratorTest, ReplicasMayStartSideBySide) {
  std::vector<absl::Status> results(4);
  {
    std::vector<std::jthread> replicas;
    for (absl::Status& result : results) {
      replicas.emplace_back([&] { result = Migrate(pool(), migrations_); });
    }
  }

  EXPECT_THAT(results, ::testing::Each(IsOk()));
  EXPECT_EQ(CountRows("things"), 1);
}

TEST_F(MigratorTest, RefusesAnAppliedMigrationWithAnotherText) {
  ASSERT_THAT(Migrate(pool(), migrations_), IsOk());

  EXPECT_THAT(Migrate(pool(), {{"0001_things", "CREATE TABLE others (id int)"}}),
              HasReason("MIGRATION_CHANGED"));
}

TEST_F(MigratorTest, LeavesNothingOfAMigrationThatFails) {
  EXPECT_FALSE(Migrate(pool(), {{"0001_bad", "CREATE TABLE bad (id int); SELECT nonsense"}}).ok());

  EXPECT_EQ(CountRows("schema_migrations"), 0);
  EXPECT_THAT(Migrate(pool(), {{"0001_bad", "CREATE TABLE bad (id int)"}}), IsOk());
}

}  // namespace
}  // namespace callimport::postgres

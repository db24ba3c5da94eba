#include "libs/postgres/pool.h"

#include <pqxx/pqxx>

#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"

namespace callimport::postgres {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;
using std::chrono::milliseconds;

class PoolTest : public callimport::testing::PostgresTest {
 protected:
  PoolTest() : PostgresTest("pool", {}) {}

  std::unique_ptr<Pool> PoolOf(int connections) {
    Config config = database();
    config.set_max_connections(connections);
    return *Pool::Open(config);
  }
};

TEST_F(PoolTest, LendsEachConnectionToOneUserAtATime) {
  const auto pool = PoolOf(2);
  const auto first = pool->Borrow();
  const auto second = pool->Borrow();

  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  EXPECT_NE(&**first, &**second);
  EXPECT_THAT(pool->Borrow(milliseconds(1)), HasReason("DATABASE_BUSY"));
}

TEST_F(PoolTest, ReplacesAConnectionThatBroke) {
  const auto pool = PoolOf(1);
  {
    const auto broken = pool->Borrow();
    ASSERT_THAT(broken, IsOk());
    (**broken).disconnect();
  }

  const auto next = pool->Borrow(milliseconds(1));

  ASSERT_THAT(next, IsOk());
  EXPECT_TRUE((**next).is_open());
}

TEST_F(PoolTest, PutsTheSchemaOnThePath) {
  const auto connection = pool().Borrow();
  ASSERT_THAT(connection, IsOk());
  pqxx::nontransaction session(**connection);

  EXPECT_EQ(session.exec1("SELECT current_schema()")[0].as<std::string>(), "pool");
}

}  // namespace
}  // namespace callimport::postgres

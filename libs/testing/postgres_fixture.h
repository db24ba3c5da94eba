// A database of its own for every test, on the private PostgreSQL that ./dev test has started.
//
//   class JobStoreTest : public testing::PostgresTest {
//    protected:
//     JobStoreTest() : PostgresTest("job_scheduler", job_scheduler::Migrations()) {}
//     JobStore store_{pool()};
//   };
//
// The first test of a process migrates a template; each test gets a copy of it, dropped at its
// end. CALLIMPORT_TEST_POSTGRES holds the connection string of a superuser
// ("host=... user=postgres"); without it the test fails and says so.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "libs/postgres/migrator.h"
#include "libs/postgres/pool.h"

namespace callimport::testing {

class PostgresTest : public ::testing::Test {
 protected:
  PostgresTest(std::string schema, const std::vector<postgres::Migration>& migrations);
  ~PostgresTest() override;

  // Connected to this test's database, with the schema on its path.
  postgres::Pool& pool() { return *pool_; }
  // For a second pool on the same database, as a second replica would have.
  const postgres::Config& database() const { return config_; }

 private:
  std::string database_;
  postgres::Config config_;
  std::unique_ptr<postgres::Pool> pool_;
};

}  // namespace callimport::testing

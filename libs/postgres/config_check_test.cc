#include "libs/postgres/config_check.h"

#include <gmock/gmock.h>

#include "libs/testing/status_matchers.h"

namespace callimport::postgres {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;
using ::testing::StartsWith;

Config GoodConfig() {
  Config config;
  config.set_connection("host=/run/postgresql user=job_scheduler dbname=callimport");
  config.set_schema("job_scheduler");
  return config;
}

void ExpectRefused(const Config& config, const std::string& field) {
  const absl::Status status = CheckConfig(config);
  EXPECT_THAT(status, HasReason("CONFIG_INVALID"));
  EXPECT_THAT(std::string(status.message()), StartsWith(field + ": "));
}

TEST(PostgresConfigCheckTest, TakesWhatIsDelivered) {
  EXPECT_THAT(CheckConfig(GoodConfig()), IsOk());
}

TEST(PostgresConfigCheckTest, RefusesWhatIsNoConnectionStringAndDoesNotRepeatIt) {
  for (const std::string wrong : {"", "dbname=x y;", "hots=/run/postgresql", "user='x",
                                  "postgresql://me@db.example/callimport"}) {
    Config config = GoodConfig();
    config.set_connection(wrong);

    ExpectRefused(config, "database.connection");
  }
  Config config = GoodConfig();
  config.set_connection("password=hunter 2");
  EXPECT_EQ(CheckConfig(config).message().find("hunter"), std::string::npos);
}

TEST(PostgresConfigCheckTest, RefusesASchemaThatWouldHaveToBeQuoted) {
  for (const std::string& wrong : {std::string(), std::string("x y;"), std::string("Schema"),
                                   std::string("1st"), std::string(64, 's')}) {
    Config config = GoodConfig();
    config.set_schema(wrong);

    ExpectRefused(config, "database.schema");
  }
}

TEST(PostgresConfigCheckTest, RefusesAPasswordFileThatIsNotThere) {
  Config config = GoodConfig();
  config.set_password_file("/nowhere/at/all");

  ExpectRefused(config, "database.password_file");
}

TEST(PostgresConfigCheckTest, RefusesFewerConnectionsThanNone) {
  Config config = GoodConfig();
  config.set_max_connections(-1);

  ExpectRefused(config, "database.max_connections");
}

}  // namespace
}  // namespace callimport::postgres

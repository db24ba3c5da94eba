#include "libs/testing/postgres_fixture.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <pqxx/pqxx>
#include <stdexcept>

namespace callimport::testing {
namespace {

std::string Server() {
  const char* server = std::getenv("CALLIMPORT_TEST_POSTGRES");
  if (!server) throw std::runtime_error("CALLIMPORT_TEST_POSTGRES is not set: run ./dev test");
  return server;
}

void Execute(const std::string& sql) {
  pqxx::connection connection(Server() + " dbname=postgres");
  pqxx::nontransaction(connection).exec(sql);
}

std::string NewDatabaseName() {
  static std::atomic<int> count = 0;
  return "test_" + std::to_string(getpid()) + "_" + std::to_string(++count);
}

postgres::Config ConfigOf(const std::string& database, const std::string& schema) {
  postgres::Config config;
  config.set_connection(Server() + " dbname=" + database);
  config.set_schema(schema);
  return config;
}

// The migrated database that tests of one schema copy; dropped when the process ends.
class Template {
 public:
  Template(const std::string& schema, const std::vector<postgres::Migration>& migrations)
      : name_(NewDatabaseName()) {
    Execute("CREATE DATABASE " + name_);
    const postgres::Config config = ConfigOf(name_, schema);
    {
      pqxx::connection connection(config.connection());
      pqxx::nontransaction(connection).exec("CREATE SCHEMA " + schema);
    }
    const auto pool = postgres::Pool::Open(config);
    const absl::Status status =
        pool.ok() && !migrations.empty() ? postgres::Migrate(**pool, migrations) : pool.status();
    if (!status.ok()) throw std::runtime_error(status.ToString());
  }
  ~Template() { Execute("DROP DATABASE " + name_ + " WITH (FORCE)"); }

  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

const std::string& TemplateOf(const std::string& schema,
                              const std::vector<postgres::Migration>& migrations) {
  // libpqxx makes a table of encodings at its first statement. Made before the templates, it is
  // still there when their end drops the databases.
  static const bool encodings_made = (Execute("SELECT 1"), true);
  static_cast<void>(encodings_made);
  static std::map<std::string, Template> templates;
  return templates.try_emplace(schema, schema, migrations).first->second.name();
}

}  // namespace

PostgresTest::PostgresTest(std::string schema, const std::vector<postgres::Migration>& migrations) {
  const std::string database = NewDatabaseName();
  Execute("CREATE DATABASE " + database + " TEMPLATE " + TemplateOf(schema, migrations));
  config_ = ConfigOf(database, schema);
  pool_ = *postgres::Pool::Open(config_);
  database_ = database;
}

PostgresTest::~PostgresTest() {
  pool_.reset();
  Execute("DROP DATABASE " + database_ + " WITH (FORCE)");
}

}  // namespace callimport::testing

#include "tests/e2e/database.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <pqxx/pqxx>
#include <sstream>
#include <stdexcept>

namespace callimport::e2e {
namespace {

std::string Server() {
  const char* server = std::getenv("CALLIMPORT_TEST_POSTGRES");
  if (!server) throw std::runtime_error("CALLIMPORT_TEST_POSTGRES is not set: run ./dev test");
  return server;
}

std::string NewName() {
  static std::atomic<int> count = 0;
  return "e2e_" + std::to_string(getpid()) + "_" + std::to_string(++count);
}

std::string Content(const std::string& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void Run(const std::string& database, const std::string& sql) {
  pqxx::connection connection(Server() + " dbname=" + database);
  pqxx::nontransaction(connection).exec(sql);
}

// Roles belong to the whole server: two tests at once must not both make them.
void MakeRoles(const std::string& database, const std::string& sql) {
  pqxx::connection guard(Server() + " dbname=postgres");
  pqxx::nontransaction lock(guard);
  lock.exec("SELECT pg_advisory_lock(7101)");
  Run(database, sql);
}

}  // namespace

Database::Database(const std::string& roles_file) : name_(NewName()) {
  Run("postgres", "CREATE DATABASE " + name_);
  MakeRoles(name_, Content(roles_file));
}

Database::~Database() {
  try {
    Run("postgres", "DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const std::exception&) {
    // The server has gone, and the database with it.
  }
}

void Database::Execute(const std::string& sql) const { Run(name_, sql); }

std::vector<std::string> Database::Tables() const {
  pqxx::connection connection(Server() + " dbname=" + name_);
  pqxx::nontransaction query(connection);
  std::vector<std::string> tables;
  for (const auto& row :
       query.exec("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
                  "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")) {
    tables.push_back(row[0].as<std::string>());
  }
  return tables;
}

std::string Database::Dump() const {
  pqxx::connection connection(Server() + " dbname=" + name_);
  pqxx::nontransaction query(connection);
  std::string dump;
  for (const std::string& table : Tables()) {
    for (const auto& row : query.exec("SELECT t::text FROM " + table + " t")) {
      dump += table + row[0].as<std::string>() + "\n";
    }
  }
  return dump;
}

std::string Database::ConnectionOf(const std::string& role) const {
  std::istringstream words(Server());
  std::string connection;
  for (std::string word; words >> word;) {
    if (!word.starts_with("user=") && !word.starts_with("dbname=")) connection += word + " ";
  }
  return connection + "user=" + role + " dbname=" + name_;
}

}  // namespace callimport::e2e

// A database of its own for the five services, with a schema and a role for each.
#pragma once

#include <string>
#include <vector>

namespace callimport::e2e {

class Database {
 public:
  // On the server that CALLIMPORT_TEST_POSTGRES names.
  explicit Database(const std::string& roles_file);
  // Drops it.
  ~Database();

  // The connection string of one service.
  std::string ConnectionOf(const std::string& role) const;

  // As the one who owns the server.
  void Execute(const std::string& sql) const;
  // "schema.table" of all schemas that are not the server's own.
  std::vector<std::string> Tables() const;
  // Every row of every table as text; bytes in hexadecimal digits.
  std::string Dump() const;

 private:
  const std::string name_;
};

}  // namespace callimport::e2e

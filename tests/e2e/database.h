// A database of its own for the five services, with a schema and a role for each.
#pragma once

#include <string>

namespace callimport::e2e {

class Database {
 public:
  // On the server that CALLIMPORT_TEST_POSTGRES names.
  explicit Database(const std::string& roles_file);
  // Drops it.
  ~Database();

  // The connection string of one service.
  std::string ConnectionOf(const std::string& role) const;

 private:
  const std::string name_;
};

}  // namespace callimport::e2e
